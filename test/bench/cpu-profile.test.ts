import type { Profiler } from 'node:inspector';
import { summarize } from '../../bench/measures/cpu-profile';

function frame(functionName: string, url = ''): Profiler.ProfileNode['callFrame'] {
	return { functionName, url, scriptId: '0', lineNumber: 9, columnNumber: 0 };
}

test('a profile is added up: own code, with what it calls, and neither idle time nor others', () => {
	const profile: Profiler.Profile = {
		nodes: [
			{ id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
			{ id: 2, callFrame: frame('(idle)') },
			{ id: 3, callFrame: frame('(garbage collector)') },
			{ id: 4, callFrame: frame('others', 'file:///n8n/core.js'), children: [6] },
			{ id: 5, callFrame: frame('ours', 'file:///dist/wait.js'), children: [7] },
			{ id: 6, callFrame: frame('ours', 'file:///dist/wait.js') },
			{ id: 7, callFrame: frame('helper', 'file:///n8n/http.js'), children: [8] },
			{ id: 8, callFrame: frame('send', 'file:///n8n/net.js') },
		],
		startTime: 0,
		endTime: 127_000,
		samples: [2, 3, 4, 5, 6, 7, 8],
		timeDeltas: [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000],
	};
	expect(summarize(profile, (url) => url.includes('/dist/'))).toEqual({
		busy: 126,
		own: 24,
		withCallees: 120,
		garbage: 2,
		top: [{ name: 'ours (wait.js:10)', ms: 24 }],
	});
});

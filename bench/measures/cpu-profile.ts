import type { Profiler } from 'node:inspector';

/** Where processor time went, in milliseconds. */
export interface ProfileSummary {
	/** All that was not idle. */
	busy: number;
	/** In the functions of the files that were asked for. */
	own: number;
	/** In those and in whatever they called, up to the next await. */
	withCallees: number;
	/** Collecting garbage, whoever made it. */
	garbage: number;
	/** The functions with the most time of their own, most first. */
	top: { name: string; ms: number }[];
}

/** How many functions are named. */
const topLength = 10;

/**
 * Adds up a profile.
 *
 * @param isOwn says of a script's URL whether its functions are the ones asked for
 */
export function summarize(
	{ nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
	isOwn: (url: string) => boolean,
): ProfileSummary {
	const selfMs = new Map<number, number>();
	for (const [index, id] of samples.entries()) {
		// A delta is the time up to its sample: what ran in it is taken to be what the sample shows.
		selfMs.set(id, (selfMs.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
	}
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const children = new Set(nodes.flatMap((node) => node.children ?? []));
	const summary: ProfileSummary = { busy: 0, own: 0, withCallees: 0, garbage: 0, top: [] };
	const byFunction = new Map<string, number>();

	const visit = (node: Profiler.ProfileNode, calledByOwn: boolean): void => {
		const { functionName, url, lineNumber } = node.callFrame;
		const ms = selfMs.get(node.id) ?? 0;
		const own = isOwn(url);
		if (functionName !== '(idle)') summary.busy += ms;
		if (functionName === '(garbage collector)') summary.garbage += ms;
		if (own) {
			summary.own += ms;
			const file = url.slice(url.lastIndexOf('/') + 1);
			const name = `${functionName || '(anonymous)'} (${file}:${lineNumber + 1})`;
			byFunction.set(name, (byFunction.get(name) ?? 0) + ms);
		}
		if (own || calledByOwn) summary.withCallees += ms;
		for (const id of node.children ?? []) {
			const child = byId.get(id);
			if (child) visit(child, own || calledByOwn);
		}
	};
	for (const node of nodes) if (!children.has(node.id)) visit(node, false);

	summary.top = [...byFunction]
		.map(([name, ms]) => ({ name, ms }))
		.sort((a, b) => b.ms - a.ms)
		.slice(0, topLength);
	return summary;
}

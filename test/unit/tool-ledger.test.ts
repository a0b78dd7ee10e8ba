import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { LedgerLine } from '../../nodes/FalVideo/execution/request/ledger';
import { pathsOf } from '../../nodes/FalVideo/queue/paths';

// What a node keeps as a tool of an agent. Agents call it side by side, and try again.

let stored: IDataObject;
let run: number;

beforeEach(() => {
	stored = {};
	run = 0;
});

/** A call of the tool; n8n gives each try a run of its own. */
function call(prompt: string): LedgerLine {
	const context = {
		getContext: () => stored,
		getExecutionId: () => '7',
		getItemIndex: () => 0,
		getNode: () => ({ type: 'n8n-nodes-fal-video.falVideoTool' }),
	} as unknown as IExecuteSingleFunctions;
	return new LedgerLine(context, run++, ['model', { prompt }, 'https://queue.fal.run']);
}

function submit(line: LedgerLine, id: string): void {
	line.submitted(pathsOf(`/fal-ai/kling-video/requests/${id}`));
}

function idOf(line: LedgerLine): string | undefined {
	const known = line.known();
	return known && 'paths' in known ? known.paths.requestId : undefined;
}

test('what ended in an error is picked up by the next call with that input, and by no other', () => {
	const first = call('A kite');
	submit(first, 'one');
	first.release(false);
	expect(idOf(call('A boat'))).toBeUndefined();
	expect(idOf(call('A kite'))).toBe('one');
});

test('what a call still follows is left to it', () => {
	submit(call('A kite'), 'one');
	const second = call('A kite');
	expect(idOf(second)).toBeUndefined();
	submit(second, 'two');
	expect(idOf(call('A kite'))).toBeUndefined();
});

test('of two calls side by side, the one that failed is picked up', () => {
	const first = call('A kite');
	const second = call('A kite');
	submit(first, 'one');
	submit(second, 'two');
	second.release(false);
	expect(idOf(call('A kite'))).toBe('two');
	first.release(true);
	expect(idOf(call('A kite'))).toBeUndefined();
});

test('what was delivered is made anew: a second call is a second wish', () => {
	const first = call('A kite');
	submit(first, 'one');
	first.release(true);
	expect(idOf(call('A kite'))).toBeUndefined();
});

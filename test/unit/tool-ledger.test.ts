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

describe('outside any execution, where n8n gives each call a context of its own', () => {
	function callOutside(prompt: string, workflow = 'w'): LedgerLine {
		const context = {
			getContext: () => ({}),
			getExecutionId: () => undefined,
			getItemIndex: () => 0,
			getNode: () => ({ name: 'Make a Video', type: 'n8n-nodes-fal-video.falVideoTool' }),
			getWorkflow: () => ({ id: workflow }),
		} as unknown as IExecuteSingleFunctions;
		return new LedgerLine(context, 0, ['model', { prompt }, 'https://queue.fal.run']);
	}

	test('an equal call waits for the same request, and one of another workflow for its own', () => {
		submit(callOutside('A kite'), 'one');
		expect(idOf(callOutside('A kite'))).toBe('one');
		expect(idOf(callOutside('A boat'))).toBeUndefined();
		expect(idOf(callOutside('A kite', 'another'))).toBeUndefined();
		callOutside('A kite').release(true);
		expect(idOf(callOutside('A kite'))).toBeUndefined();
	});

	test('of more than a thousand, the oldest is forgotten', () => {
		for (let index = 0; index <= 1000; index++) submit(callOutside(`Kite ${index}`), `id${index}`);
		expect(idOf(callOutside('Kite 0'))).toBeUndefined();
		expect(idOf(callOutside('Kite 1'))).toBe('id1');
		expect(idOf(callOutside('Kite 1000'))).toBe('id1000');
	});
});

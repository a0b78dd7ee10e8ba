import { Engine } from './engine';
import type { Execution, ExecutionEvent } from './execution';
import { speedUp } from './fast-clock';
import { Outcome } from './outcome';
import { CpuProfiler } from './profiler';
import type { Call, Message } from './protocol';
import { stepClock } from './stepped-clock';

// A process of its own for an Engine: a test runner's sandbox, with its own globals and module
// registry, would make of n8n's engine something that no server runs.

const running = new Map<string, Execution>();
const profiler = new CpuProfiler();
let engine: Engine | undefined;

function send(message: Message): void {
	process.send?.(message);
}

const onEvent = (event: ExecutionEvent) => send({ event });

function started(): Engine {
	if (!engine) throw new Error('The engine has not been started');
	return engine;
}

async function outcomeOf(execution: Execution): Promise<Outcome['record']> {
	running.set(execution.id, execution);
	try {
		return (await execution.finished).record;
	} finally {
		running.delete(execution.id);
	}
}

async function answer(call: Call): Promise<unknown> {
	switch (call.verb) {
		case 'start':
			if (call.input.clockSpeed !== undefined) speedUp(call.input.clockSpeed);
			engine = await Engine.start(call.input);
			return;
		case 'run':
			return await outcomeOf(started().run({ ...call.input, onEvent }));
		case 'retry': {
			const { record, request } = call.input;
			return await outcomeOf(started().retry(new Outcome(record), { ...request, onEvent }));
		}
		case 'stop':
			running.get(call.input.executionId)?.stop(call.input.reason);
			return;
		case 'testCredential':
			return await started().testCredential(call.input);
		case 'askForEditor':
			return await started().askForEditor(call.input);
		case 'binary':
			return await started().binary(call.input);
		case 'memory':
			return { ...process.memoryUsage(), maxRss: process.resourceUsage().maxRSS * 1024 };
		case 'cpu':
			return process.cpuUsage();
		case 'gc':
			globalThis.gc?.();
			return;
		case 'profile':
			if (call.input === 'stop') return await profiler.stop();
			return await profiler.start();
		case 'stepClock':
			stepClock(call.input);
			return new Date().getTime();
		case 'logs':
			return started().logs;
		case 'forgetLogs':
			started().logs.length = 0;
			return;
		case 'unhandled':
			return started().unhandled.map((error) => error.stack ?? error.message);
		case 'close':
			await engine?.close();
	}
}

process.on('message', (call: Call) => {
	answer(call).then(
		(output) => send({ call: call.call, output }),
		(error: Error) => send({ call: call.call, error: error.stack ?? error.message }),
	);
});

// The one who asked is gone: nobody is left to stop this process.
process.on('disconnect', () => process.exit());

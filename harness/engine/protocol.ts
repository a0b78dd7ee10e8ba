import type { Profiler } from 'node:inspector';
import type { IBinaryData, INodeCredentialTestResult } from 'n8n-workflow';
import type { CredentialEntry } from './credentials';
import type { EditorAnswer, EditorQuestion } from './editor';
import type { EngineOptions, RetryRequest, RunRequest } from './engine';
import type { ExecutionEvent, StopReason } from './execution';
import type { OutcomeRecord } from './outcome';

/** How much memory a process has, in bytes. */
export interface MemoryUse extends NodeJS.MemoryUsage {
	/** The highest resident set size so far. */
	maxRss: number;
}

/** The calls that a test makes to the engine's process: what goes in and what comes back. */
export interface Calls {
	start: { input: EngineOptions; output: void };
	run: { input: Omit<RunRequest, 'onEvent'>; output: OutcomeRecord };
	retry: {
		input: { record: OutcomeRecord; request: Omit<RetryRequest, 'onEvent'> };
		output: OutcomeRecord;
	};
	stop: { input: { executionId: string; reason: StopReason }; output: void };
	testCredential: { input: CredentialEntry; output: INodeCredentialTestResult };
	askForEditor: { input: EditorQuestion; output: EditorAnswer };
	binary: { input: IBinaryData; output: Buffer };
	memory: { input: undefined; output: MemoryUse };
	cpu: { input: undefined; output: NodeJS.CpuUsage };
	gc: { input: undefined; output: void };
	profile: { input: 'start' | 'stop'; output: Profiler.Profile | undefined };
	/** The milliseconds by which the clock is set forward; answered with what it then tells. */
	stepClock: { input: number; output: number };
	logs: { input: undefined; output: string[] };
	forgetLogs: { input: undefined; output: void };
	unhandled: { input: undefined; output: string[] };
	close: { input: undefined; output: void };
}

export type Verb = keyof Calls;

export type Call = { [V in Verb]: { call: number; verb: V; input: Calls[V]['input'] } }[Verb];

/** An answer to a call, or an event of a running execution. */
export type Message =
	{ call: number; output: unknown } | { call: number; error: string } | { event: ExecutionEvent };

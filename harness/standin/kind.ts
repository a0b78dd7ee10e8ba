import type { JsonObject, JsonValue } from './json';
import type { Outcome } from './outcome';
import type { Reply } from './reply';
import type { RequestKind } from './request-log';

/** The word before the key in `Authorization`. */
export type Scheme = 'Key' | 'Bearer';

/** The kinds of hosts that speak fal's queue. */
export type KindName =
	| 'fal'
	/** The hosts that resell fal's models under a Bearer key of their own. */
	| 'reseller'
	/** One of those that serves the queue below a path. */
	| 'prefixed'
	/** One of those that answers whatever happens with 200. */
	| 'always-200'
	| 'uniapi'
	| 'qiniu'
	| 'maton'
	| 'litellm';

/** Whether the account may submit. One that may not still reads its requests. */
export type AccountState = 'ok' | 'locked' | 'exhausted' | 'top-up' | 'forbidden';

/** How one kind of host differs from the others. */
export interface Kind {
	/** Paths before that of the queue, the usual one first. `''` is none. */
	basePaths: [string, ...string[]];
	schemes: Scheme[];
	/** What there is beside the POST and the result. */
	offers: Record<'status' | 'stream' | 'cancel' | 'webhook', boolean>;
	/** Apps that stand for any other when a result is asked for. */
	anyApp: string[];
	/** The URLs in replies. */
	urls: {
		host: 'own' | 'fal';
		/** Whether they begin with the base path. */
		prefixed: boolean;
		cancel: boolean;
	};
	/** To a path, or a method, that there is not. */
	missing: (method: string, path: string) => Reply;
	/** To a key that is not let in; `undefined` where there was no header. */
	unauthorized: (authorization: string | undefined) => Reply;
	/** To a submit of an account that may not. */
	account: (state: Exclude<AccountState, 'ok'>) => Reply;
	/** To a submit for a model that there is not. */
	unknownModel: (model: string) => Reply;
	/** To a question about a request that there is not. */
	unknownRequest: (asked: RequestKind) => Reply;
	/** To the fetch of a result that is not there yet. `status` is that of the status endpoint. */
	unfinished: (status: JsonObject) => Reply;
	/** How a failure is told as a result. */
	failed: (outcome: Outcome, body: JsonValue) => Reply;
	/** How a success is told as a result. */
	succeeded: (body: JsonValue) => JsonValue;
	/** What the status says of a request that failed. */
	failedStatus: (status: JsonObject) => JsonObject;
	/** Whether a callback comes already when a request starts. */
	callsBackAtStart: boolean;
}

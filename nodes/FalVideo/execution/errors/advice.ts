import type { QueueError } from '../../queue/errors';
import { saysLocked } from '../../queue/reason';

/**
 * Whom an advice is for: a node that makes videos, one that asks for a request by its ID, or an agent
 * that has the node as a tool. What a second run costs is not the same for them.
 */
export type Advised = 'maker' | 'asker' | 'agent';

/**
 * What to do next, and what it will cost: the description of an error. At its end stands what is for
 * machines and for support: the host's word for it, the input that it names, and the request's ID.
 */
export function adviceFor(error: QueueError, advised: Advised = 'maker'): string {
	const { facts, message } = error;
	const text = nextStep(error, advised);
	const host = facts.gateway ?? 'fal';
	// Once is enough.
	const field =
		facts.field === undefined || text.includes(facts.field) ? '' : `, in ${facts.field}`;
	const isNamed = `${message} ${text}`.includes(facts.requestId ?? '');
	const marks = [
		facts.type === undefined ? '' : ` ${host} calls it ${facts.type}${field}.`,
		isNamed ? '' : ` Request: ${facts.requestId}.`,
	];
	return `${text}${marks.join('')}`;
}

function nextStep({ kind, facts, message }: QueueError, advised: Advised): string {
	const { requestId, type, field, httpStatus, lastFault, lastStatus, toldEnd, videoUrl, gateway } =
		facts;
	const host = gateway ?? 'fal';
	// Asked for by its ID: to run that again brings no new video.
	const isOfRequest = advised === 'asker' && requestId !== undefined;
	const seen = [
		toldEnd ? `What ${host} said of it last: "${toldEnd}".` : '',
		lastStatus ? `Its last status was ${lastStatus}.` : '',
		lastFault ? `The last problem was: ${lastFault}.` : '',
	]
		.filter((text) => text !== '')
		.map((text) => ` ${text}`)
		.join('');
	// fal bills no 5xx; for others nothing is promised.
	const bill = gateway === undefined ? 'fal does not bill' : `ask ${gateway} whether it bills`;

	// fal bills a 422 that a machine of its had worked on (fal's FAQ), which nobody can see from outside.
	// One that is turned away at its submission has no ID.
	const refusalBill =
		requestId === undefined || advised === 'asker'
			? ''
			: gateway === undefined
				? ' fal may bill a request that it refuses.'
				: ` Ask ${gateway} whether it bills a request that it refuses.`;

	switch (kind) {
		case 'rejected':
			if (type === 'content_policy_violation') {
				return `Reword the prompt so that it passes the content check. The same prompt will be refused again.${refusalBill}`;
			}
			if (type === 'client_cancelled' || httpStatus === 499) {
				return `Somebody cancelled it. ${isOfRequest ? 'Submit it again with Generate' : 'Run again'} to make a new one, which is paid for.`;
			}
			if (httpStatus === undefined ? type !== undefined : httpStatus >= 400 && httpStatus < 500) {
				const change = `${field === undefined ? `what ${host} names` : `${field}, which ${host} names`}`;
				return isOfRequest
					? `To make the video, change ${change}, and submit it again with Generate. The same input will be refused again.`
					: `Change ${change}, then run again. The same input will be refused again.${refusalBill}`;
			}
			return `${host} does not say whether the same input would work another time. Change it, or ${isOfRequest ? 'submit it again with Generate' : 'run again'}: that makes a new request, which is paid for.`;
		case 'failed': {
			const isTheirs = httpStatus !== undefined && httpStatus >= 500;
			const cause =
				type === 'request_timeout' || type === 'startup_timeout'
					? `It had not started in time, and ${bill} such a request. To wait longer for its start, raise Give Up If Not Started in the options.`
					: isTheirs
						? `The fault was at ${host}: ${bill} such a request.`
						: `${host} says that the same input may work another time.`;
			return `${cause} ${makeAnew[advised]}`;
		}
		case 'maybe-submitted':
			if (requestId !== undefined) {
				return `See whether it runs: Request > Get Result with the ID ${requestId}${videoUrl ? `, or the video at ${videoUrl}` : ''}. ${notTwice}`;
			}
			if (videoUrl !== undefined) {
				return `The reply names a video: ${videoUrl}. ${notTwice}`;
			}
			return `Look at your requests ${gateway === undefined ? "in fal's dashboard (fal.ai/dashboard/requests)" : `at ${gateway}`} before you run this again. ${notTwice}`;
		case 'not-accepted':
			return `Nothing was accepted, and nothing is billed.${seen} Try again later${httpStatus === 429 ? ", or space the items out with Batching, in the node's Settings under Request Options" : ', or check the Base URL in the credential'}.`;
		case 'not-found':
			return `Check its ID and its model. It may also have expired, or belong to another account than the credential's key.${advised === 'asker' ? '' : ' If this node submitted it, running it again makes a new one, which is paid for.'}`;
		case 'unauthorized':
			return `Check API Key and Authorization in the credential: fal wants Key, most gateways Bearer.${kept(requestId, 'a working key', advised)}`;
		case 'account':
			return `The key was recognised. ${gateway === undefined ? 'Look at the balance and the state of the account at fal.ai/dashboard/billing, and at what the key may do (its scope, at fal.ai/dashboard/keys).' : `Look at the balance and the permissions of your account at ${gateway}.`}${saysLocked(message) ? ' A new key does not help.' : ''}${kept(requestId, 'the account in order', advised)}`;
		case 'not-permitted':
			return "No request is affected, and nothing is billed. Put a key with that permission into the credential (fal.ai/dashboard/keys), or look at your requests in fal's dashboard (fal.ai/dashboard/requests).";
		case 'wrong-host':
			return 'Nothing was accepted, and nothing is billed. Check the Base URL in the credential, with its path: for fal it is https://queue.fal.run.';
		case 'unavailable':
			if (advised !== 'asker') {
				return `The request itself is not affected.${seen} ${collect(advised)}`;
			}
			return requestId === undefined
				? 'Run this again in a while; it costs nothing.'
				: 'The request itself is not affected. If its ID is right, run this again in a while; it costs nothing.';
		case 'blocked':
			return "In the credential, check the Base URL, and whether Allowed HTTP Request Domains lets this n8n reach that host. If it is the host's certificate, it has to be renewed there (Ignore SSL Issues, in the node's Settings under Request Options, lets any pass). What was submitted is kept.";
		case 'timeout':
			if (lastStatus === 'COMPLETED') {
				return `The video is finished at ${host}, and paid for.${seen} ${collect(advised)}`;
			}
			if (toldEnd !== undefined) {
				return `${seen.trim()} It may have ended so, or still be running: it was not said for long enough to be sure. ${collect(advised)} To be sure within the run, raise Max Wait in the options.`;
			}
			return `The request goes on at ${host}.${seen} ${collect(advised)} To wait longer, raise Max Wait in the options; to go on without it, set On Timeout to Return as Pending.`;
		case 'cancelled':
			return `It was cancelled, as On Timeout says; one that ${host} had begun may be billed all the same. ${makeAnew[advised]} To wait longer, raise Max Wait in the options.${seen}`;
		case 'stopped':
			return requestId === undefined || advised === 'asker'
				? `Nothing more is asked of ${host} for this item.`
				: `With Cancel on Stop, which is on unless you turn it off, the request is cancelled; one that ${host} had begun may be billed all the same. Request > Get Status with its ID tells how it stands.`;
		case 'not-offered':
			return requestId === undefined
				? `Your requests stand in the dashboard of ${host}, if it has one.`
				: 'It goes on, and is billed when it is finished. Collect it with Request > Get Result.';
		case 'unexpected-reply':
			return `This is not what the model is said to return. Request > Get Result asks again without paying; if it stays so, ask ${host} with the request's ID.`;
		case 'download':
			return `The video itself is finished and paid for${videoUrl ? `, at ${videoUrl}` : ''}. ${collect(advised, ', with Download Video,')}${needsSignature(facts)}${seen}`;
	}
}

// At fal, a file has a rule of who may read it: fal's documentation of file access controls. `forbid` is
// answered with an error (that it is 401 or 403 is a guess), `hide` as if there were no file.
function needsSignature({ httpStatus, gateway, videoUrl }: QueueError['facts']): string {
	const isRefused = httpStatus === 401 || httpStatus === 403;
	if (gateway !== undefined || videoUrl === undefined || !(isRefused || httpStatus === 404)) {
		return '';
	}
	const rule = isRefused ? 'whose access rule forbids it' : 'that an access rule hides';
	return ` At fal, a file ${rule} needs a signed URL, which this node does not make: let new files be public in your account's storage settings at fal, or sign the URL with fal's storage API and fetch it with an HTTP Request node.`;
}

/** How a video that failed is made once more. */
const makeAnew: Record<Advised, string> = {
	maker:
		'Executions > Retry on this run sends only what failed again; Execute step makes and pays for every item anew.',
	asker: 'To make the video, submit it again with Generate.',
	agent: 'Another call makes a new video, which is paid for.',
};

const notTwice =
	"n8n's Retry On Fail will not send it a second time; Executions > Retry and Execute step do, and may pay twice.";

/** How a request that exists is waited for, or its video fetched, without paying for a new one. */
function collect(advised: Advised, withWhat = ''): string {
	switch (advised) {
		case 'maker':
			// An execution that went on, or a suspended one, has no Retry: Get Result is there for all.
			return `Request > Get Result with the request's ID${withWhat} collects it without paying again, and so does Executions > Retry on a run that failed. Execute step would make and pay for a new one.`;
		case 'asker':
			return 'Run this again to collect it: that costs nothing.';
		case 'agent':
			return `Another call with the same input collects it without paying again, and so does Request > Get Result with the request's ID${withWhat.replace(/,$/, '')}.`;
	}
}

function kept(requestId: string | undefined, what: string, advised: Advised): string {
	return requestId
		? ` What was submitted is kept. With ${what}: ${collect(advised)}`
		: ' Nothing was accepted, and nothing is billed.';
}

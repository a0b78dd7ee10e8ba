import type { QueueError } from '../../queue/errors';
import { saysLocked } from '../../queue/reason';

/** What to do next, and what it will cost: the description of an error. */
export function adviceFor({ kind, facts, message }: QueueError): string {
	const { requestId, type, httpStatus, lastFault, lastStatus, videoUrl, gateway } = facts;
	const host = gateway ?? 'fal';
	// Once is enough: most messages name it already.
	const id = requestId && !message.includes(requestId) ? ` Request: ${requestId}.` : '';
	const seen = [
		lastStatus ? `Its last status was ${lastStatus}.` : '',
		lastFault ? `The last fault on the way: ${lastFault}.` : '',
	]
		.filter((text) => text !== '')
		.map((text) => ` ${text}`)
		.join('');
	// fal bills no 5xx; for others nothing is promised.
	const bill = gateway === undefined ? 'fal does not bill' : `ask ${gateway} whether it bills`;

	switch (kind) {
		case 'rejected':
			if (type === 'content_policy_violation') {
				return `Reword the prompt so that it passes the content check. The same prompt will be refused again.${id}`;
			}
			if (type === 'client_cancelled' || httpStatus === 499) {
				return `Somebody cancelled it. Run again to make a new one, which is paid for.${id}`;
			}
			if (httpStatus === undefined ? type !== undefined : httpStatus >= 400 && httpStatus < 500) {
				return `Change what ${host} names, then run again. The same input will be refused again.${id}`;
			}
			return `${host} does not say that this may pass. Change the input, or run again: that makes a new request, which is paid for.${id}`;
		case 'failed': {
			const isTheirs = httpStatus !== undefined && httpStatus >= 500;
			const cause =
				type === 'request_timeout' || type === 'startup_timeout'
					? `It had not started in time, and ${bill} such a request. To wait longer for its start, raise Start Timeout in the options.`
					: isTheirs
						? `The fault was at ${host}: ${bill} such a request.`
						: `${host} says that this may pass.`;
			return `${cause} Retry: only what failed is sent again.${id}`;
		}
		case 'maybe-submitted':
			if (requestId !== undefined) {
				return `See whether it runs: Request > Get Result with the ID ${requestId}${videoUrl ? `, or the video at ${videoUrl}` : ''}. n8n's Retry On Fail will not send it a second time; your own retry does, and may pay twice.`;
			}
			if (videoUrl !== undefined) {
				return `The reply names a video: ${videoUrl}. n8n's Retry On Fail will not send the request a second time; your own retry does, and may pay twice.`;
			}
			return `Look at your requests ${gateway === undefined ? "in fal's dashboard (fal.ai/dashboard/requests)" : `at ${gateway}`} before you run this again. n8n's Retry On Fail will not send it a second time; your own retry does, and may pay twice.`;
		case 'not-accepted':
			return `Nothing was accepted, and nothing is billed.${seen} Retry later${httpStatus === 429 ? ", or space the items out with Batching in the node's Request Options" : ', or check the Base URL in the credential'}.`;
		case 'not-found':
			return `Check its ID and its model. It may also have expired, or belong to another account than the credential's key. If Generate submitted it, your own next retry submits it anew, and pays again.${id}`;
		case 'unauthorized':
			return `Check API Key and Authorization in the credential: fal wants Key, most gateways Bearer.${kept(requestId, id, 'a working key')}`;
		case 'account':
			return `The key is right. ${gateway === undefined ? 'Look at the balance and the state of the account at fal.ai/dashboard/billing, and whether it may use this model.' : `Look at the balance and the permissions of your account at ${gateway}.`}${saysLocked(message) ? ' A new key does not help.' : ''}${kept(requestId, id, 'the account in order')}`;
		case 'wrong-host':
			return `Nothing was accepted, and nothing is billed. Check the Base URL in the credential, with its path: for fal it is https://queue.fal.run.`;
		case 'unavailable':
			return `The request itself is not affected. If its ID is right, run this again in a while; it costs nothing.${id}`;
		case 'blocked':
			return `Check the Base URL against the domains that the credential allows, and the host's certificate (Ignore SSL Issues in the node's Request Options lets any pass). What was submitted is kept.${id}`;
		case 'timeout':
			if (lastStatus === 'COMPLETED') {
				return `The video is finished at ${host}, and paid for.${seen} A retry asks for it again without paying, and so does Request > Get Result.${id}`;
			}
			return `The request goes on at ${host}.${seen} A retry waits on for it without paying again. To wait longer, raise Max Wait in the options; to go on without it, set On Timeout to Return as Pending.${id}`;
		case 'cancelled':
			return `It was cancelled as On Timeout says. A retry submits it anew. To wait longer, raise Max Wait in the options.${seen}${id}`;
		case 'stopped':
			return `Nothing more is asked of ${host} for this item.${id}`;
		case 'not-offered':
			return `It goes on, and is billed when it is finished. Collect it with Request > Get Result.${id}`;
		case 'unexpected-reply':
			return `This is not what the model is said to return. Request > Get Result asks again without paying; if it stays so, ask ${host} with the request's ID.${id}`;
		case 'download':
			return `The video itself is finished and paid for${videoUrl ? `, at ${videoUrl}` : ''}. A retry downloads it again without paying.${seen}${id}`;
	}
}

function kept(requestId: string | undefined, id: string, what: string): string {
	return requestId
		? ` What was submitted is kept: a retry with ${what} picks it up without paying again.${id}`
		: ' Nothing was accepted, and nothing is billed.';
}

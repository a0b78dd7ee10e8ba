import type { QueueError } from '../../queue/errors';

/** What to do next, and what it will cost: the description of an error. */
export function adviceFor({ kind, facts, message }: QueueError): string {
	const { requestId, type, httpStatus, lastFault, lastStatus, videoUrl } = facts;
	// Once is enough: most messages name it already.
	const id = requestId && !message.includes(requestId) ? ` Request: ${requestId}.` : '';
	const seen = [
		lastStatus ? `Its last status was ${lastStatus}.` : '',
		lastFault ? `The last fault on the way: ${lastFault}.` : '',
	]
		.filter((text) => text !== '')
		.map((text) => ` ${text}`)
		.join('');

	switch (kind) {
		case 'rejected':
			if (type === 'content_policy_violation') {
				return `Reword the prompt so that it passes fal's content check. The same prompt will be refused again.${id}`;
			}
			return `Change what fal names, then run again. The same input will be refused again.${id}`;
		case 'failed':
			return `${httpStatus !== undefined && httpStatus >= 500 ? 'The fault was at fal, which does not bill such a request.' : 'fal says that this may pass.'} Retry: only what failed is sent again.${id}`;
		case 'maybe-submitted':
			return `Look at your requests in fal's dashboard (fal.ai/dashboard/requests, or your gateway's) before you run this again. n8n's Retry On Fail will not send it a second time; your own retry does, and may pay twice.`;
		case 'not-accepted':
			return `Nothing was accepted, and nothing is billed.${seen} Retry later${httpStatus === 429 ? ", or space the items out with Batching in the node's Request Options" : ', or check the Base URL in the credential'}.`;
		case 'not-found':
			return `Check its ID and its model. It may also have expired, or belong to another account than the credential's key. If Generate submitted it, your own next retry submits it anew, and pays again.${id}`;
		case 'unauthorized':
			return `Check the key in the credential, and the account's balance, at fal.ai/dashboard (or at your gateway).${requestId ? ` What was submitted is kept: a retry with a working key picks it up without paying again.${id}` : ' Nothing is billed.'}`;
		case 'unavailable':
			return `The request itself is not affected. If its ID is right, run this again in a while; it costs nothing.${id}`;
		case 'blocked':
			return `Check the Base URL against the domains that the credential allows, and the host's certificate (Ignore SSL Issues in the node's Request Options lets any pass). What was submitted is kept.${id}`;
		case 'timeout':
			return `The request goes on at fal.${seen} A retry waits on for it without paying again. To wait longer, raise Max Wait in the options; to go on without it, set On Timeout to Return as Pending.${id}`;
		case 'cancelled':
			return `It was cancelled as On Timeout says. A retry submits it anew. To wait longer, raise Max Wait in the options.${seen}${id}`;
		case 'stopped':
			return `Nothing more is asked of fal for this item.${id}`;
		case 'unexpected-reply':
			return `This is not what fal's documentation says. Check the Base URL in the credential; if it is right, ask fal with the request's ID.${id}`;
		case 'download':
			return `The video itself is finished and paid for${videoUrl ? `, at ${videoUrl}` : ''}. A retry downloads it again without paying.${seen}${id}`;
	}
}

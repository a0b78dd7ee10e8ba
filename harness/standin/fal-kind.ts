import type { Kind } from './kind';
import { jsonReply } from './reply';

/** What fal says at a submit of an account that may not: reports to fal, fal-ai/fal 1147, 1163, 1168. */
const ACCOUNT = {
	exhausted:
		'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
	locked: 'User is locked. Reason: Admin lock. Please contact support@fal.ai',
	'top-up': 'User is locked. Reason: TOP_UP.',
	// A guess: no report of a key without permission for one model quotes the body.
	forbidden: 'You do not have permission to access this application',
} as const;

/** fal itself, as it answers at queue.fal.run. */
export const falKind: Kind = {
	basePaths: [''],
	schemes: ['Key'],
	offers: { status: true, stream: true, cancel: true, webhook: true },
	anyApp: [],
	urls: { host: 'own', prefixed: true, cancel: true },
	// A guess, as FastAPI answers, which fal's apps are made with.
	missing: () => jsonReply(404, { detail: 'Not Found' }),
	// The four texts are reported by users of fal's clients; which of them is given when is a guess.
	unauthorized: (authorization) => {
		const detail =
			authorization === undefined
				? 'Authentication is required to access this application'
				: !authorization.startsWith('Key ')
					? 'Invalid Key Authorization header format'
					: authorization.includes(':')
						? 'No user found for Key ID and Secret'
						: 'invalid key credentials';
		return jsonReply(401, { detail });
	},
	account: (state) => jsonReply(403, { detail: ACCOUNT[state] }),
	// Read off clients.
	unknownModel: (model) => {
		const [, app = ''] = model.split('/');
		return jsonReply(404, { detail: `Application "${app}" not found` });
	},
	// Documented for the cancel, measured for the others.
	unknownRequest: () => jsonReply(404, { status: 'NOT_FOUND' }),
	// fal's documentation of the queue.
	unfinished: () => jsonReply(400, { detail: 'Request is still in progress' }),
	failed: ({ status, headers }, body) => jsonReply(status, body, headers),
	succeeded: (body) => body,
	failedStatus: (status) => status,
	callsBackAtStart: false,
};

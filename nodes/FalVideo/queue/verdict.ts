import { errorReplySchema } from './contract';
import type { QueueReply } from './transport';

/** What an error reply says. */
export interface Verdict {
	/** fal's reason, for people. */
	message: string;
	/** fal's reason, for machines: `content_policy_violation`, `runner_disconnected`, … */
	type?: string;
	/** The input that it is about, such as `prompt`. */
	field?: string;
	httpStatus: number;
	/** Whether the same request may succeed when it is sent again. */
	mayPass: boolean;
}

const longestText = 500;

// What a reply says in JSON, or nothing: a proxy's page is no reason that fal gave.
function parse(reply: QueueReply) {
	const parsed = errorReplySchema.safeParse(reply.body);
	return parsed.success ? parsed.data : undefined;
}

function shorten(text: string): string {
	return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/**
 * Reads an error reply, without judging whether it is final.
 *
 * @param fallback the reason where the reply gives none
 */
export function readVerdict(reply: QueueReply, fallback: string): Verdict {
	const body = parse(reply);
	const details = Array.isArray(body?.detail) ? body.detail : [];
	const reasons = details.map(({ msg }) => msg);
	// "body" is in front of every field.
	const fields = details.map(({ loc }) => loc?.filter((part) => part !== 'body').join('.') ?? '');
	const field = [...new Set(fields)].filter((name) => name !== '').join(', ');
	const text =
		reasons.length > 0
			? reasons.join('; ')
			: typeof body?.detail === 'string'
				? body.detail
				: (body?.message ?? body?.error ?? '');
	const type = details[0]?.type ?? body?.error_type ?? reply.headers['x-fal-error-type'];
	const retryable = reply.headers['x-fal-retryable']?.toLowerCase();
	return {
		message: shorten(text.trim() === '' ? fallback : text.trim()),
		...(type ? { type } : {}),
		...(field ? { field } : {}),
		httpStatus: reply.status,
		// fal's own word first. Without it, a 4xx is about the request, a 5xx about the moment.
		mayPass: retryable === 'true' || (retryable !== 'false' && reply.status >= 500),
	};
}

/** A verdict as one line: the reason, then in brackets what is for machines and for support. */
export function verdictLine({ message, type, field }: Verdict, requestId?: string): string {
	const what = type && field ? `${type} in ${field}` : (type ?? field);
	const marks = [what, requestId && `request ${requestId}`].filter(Boolean).join(', ');
	return marks === '' ? message : `${message} (${marks})`;
}

/**
 * Whether an error reply to a result request is fal's verdict on the request, as against a fault on
 * the way that passes (a proxy's 502 page, a rate limit).
 *
 * A 5xx is a verdict only when it carries a mark of fal's: `X-Fal-Retryable`, `X-Fal-Error-Type`,
 * an `error_type` or a list of details.
 */
export function isVerdict(reply: QueueReply): boolean {
	if (reply.status < 400 || isPassing4xx(reply.status)) return false;
	const body = parse(reply);
	// A proxy has 4xx pages too; without a reason of fal's it is nobody's verdict.
	if (reply.status < 500 && saysWhy(reply)) return true;
	return (
		'x-fal-retryable' in reply.headers ||
		'x-fal-error-type' in reply.headers ||
		Boolean(body?.error_type) ||
		Array.isArray(body?.detail)
	);
}

/** Whether an error reply has a reason of fal's, as against a proxy's page. */
export function saysWhy(reply: QueueReply): boolean {
	return parse(reply)?.detail !== undefined;
}

/** Request Timeout, Too Early, Too Many Requests: about the moment, not about the request. */
export function isPassing4xx(status: number): boolean {
	return status === 408 || status === 425 || status === 429;
}

import { createHash, createPublicKey, type KeyObject, verify } from 'crypto';
import { z } from 'zod';

/** How far the clocks of fal and of this machine may be apart, in seconds; fal's own figure. */
const longestSkewSeconds = 300;

const jwksSchema = z.object({ keys: z.array(z.unknown()) });

const ed25519Schema = z.object({
	kty: z.literal('OKP'),
	crv: z.literal('Ed25519'),
	x: z.string(),
});

/** A signature is 64 bytes, in hex. */
const signatureHex = /^[0-9a-f]{128}$/i;

/** Unix seconds. */
const unixSeconds = /^\d{1,12}$/;

/** Header names in lower case, as node gives them. */
export type CallbackHeaders = Record<string, string | string[] | undefined>;

/** A callback as it came in: what was signed is the body's bytes, not what they mean. */
export interface SignedCallback {
	headers: CallbackHeaders;
	rawBody: Buffer;
}

/** A signature that is complete, and the text that it is said to be of. */
export interface Signature {
	text: Buffer;
	bytes: Buffer;
	/** Whether its time is within the skew that is allowed. */
	isInTime: boolean;
}

/**
 * The public keys of a JWKS document that callbacks can be signed with: Ed25519. What else stands
 * in it, and what cannot be read, is left out.
 *
 * @param jwks the parsed document, or whatever came in its place
 */
export function keysOfJwks(jwks: unknown): KeyObject[] {
	const document = jwksSchema.safeParse(jwks);
	if (!document.success) return [];
	return document.data.keys.flatMap((jwk) => {
		const parsed = ed25519Schema.safeParse(jwk);
		if (!parsed.success) return [];
		try {
			return [createPublicKey({ key: parsed.data, format: 'jwk' })];
		} catch {
			return [];
		}
	});
}

/**
 * Reads the signature of a callback.
 *
 * @param nowMs milliseconds since the epoch
 * @returns `undefined` if a header is missing or malformed
 */
export function readSignature(
	{ headers, rawBody }: SignedCallback,
	nowMs: number,
): Signature | undefined {
	const part = (name: string) => {
		const value = headers[`x-fal-webhook-${name}`];
		return typeof value === 'string' && value !== '' ? value : undefined;
	};
	const requestId = part('request-id');
	const userId = part('user-id');
	const timestamp = part('timestamp');
	const signature = part('signature');
	if (requestId === undefined || userId === undefined) return undefined;
	if (timestamp === undefined || !unixSeconds.test(timestamp)) return undefined;
	if (signature === undefined || !signatureHex.test(signature)) return undefined;
	// In whole seconds, as fal counts them.
	const skew = Math.abs(Math.floor(nowMs / 1000) - Number(timestamp));
	const digest = createHash('sha256').update(rawBody).digest('hex');
	return {
		text: Buffer.from([requestId, userId, timestamp, digest].join('\n')),
		bytes: Buffer.from(signature, 'hex'),
		isInTime: skew <= longestSkewSeconds,
	};
}

/** Whether one of the keys made the signature. Rotated keys stand side by side, so all are tried. */
export function isMadeBy(keys: readonly KeyObject[], { text, bytes }: Signature): boolean {
	return keys.some((key) => verify(null, text, key, bytes));
}

/**
 * Whether a callback is signed by one of the keys, in time, and unchanged since.
 *
 * @param nowMs milliseconds since the epoch
 */
export function isSigned(
	callback: SignedCallback,
	keys: readonly KeyObject[],
	nowMs: number,
): boolean {
	const signature = readSignature(callback, nowMs);
	return signature !== undefined && signature.isInTime && isMadeBy(keys, signature);
}

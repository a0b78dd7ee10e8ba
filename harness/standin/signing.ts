import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { JsonObject } from './json';

/** Ways in which a callback can be false. */
export type Forgery =
	/** Signed by someone else. */
	| 'foreign-key'
	/** The body was changed after it had been signed. */
	| 'changed-body'
	/** Properly signed, but 301 seconds ago. */
	| 'stale'
	/** Signed for another request. */
	| 'other-request'
	/** A signature that is no signature. */
	| 'garbage'
	/** No signature headers at all. */
	| 'unsigned';

/** The user that callbacks name. */
const USER_ID = 'stand-in-user';

/** Seconds; fal's limit is 300. */
const STALE_BY = 301;

/** Signs callbacks as fal does: Ed25519, with the public keys for anyone to fetch. */
export class Signer {
	private readonly current = generateKeyPairSync('ed25519');
	private readonly retired = generateKeyPairSync('ed25519');
	private readonly foreign = generateKeyPairSync('ed25519');

	/** The public keys. The one in use is not the first: who verifies must try them all. */
	jwks(): JsonObject {
		return { keys: [publicJwk(this.retired.publicKey), publicJwk(this.current.publicKey)] };
	}

	/** The signature headers for a callback with this body, signed by a clock that is off by so much. */
	headersFor(
		requestId: string,
		body: string,
		forge?: Forgery,
		skewSeconds = 0,
	): Record<string, string> {
		if (forge === 'unsigned') return {};
		const key = forge === 'foreign-key' ? this.foreign.privateKey : this.current.privateKey;
		const now = Math.floor(Date.now() / 1000) + skewSeconds;
		const timestamp = String(forge === 'stale' ? now - STALE_BY : now);
		const digest = createHash('sha256')
			.update(forge === 'changed-body' ? `${body} ` : body)
			.digest('hex');
		const signedId = forge === 'other-request' ? `${requestId}-other` : requestId;
		const message = [signedId, USER_ID, timestamp, digest].join('\n');
		const signature = sign(null, Buffer.from(message), key).toString('hex');
		return {
			'X-Fal-Webhook-Request-Id': requestId,
			'X-Fal-Webhook-User-Id': USER_ID,
			'X-Fal-Webhook-Timestamp': timestamp,
			'X-Fal-Webhook-Signature': forge === 'garbage' ? 'not-hex' : signature,
		};
	}
}

function publicJwk(key: KeyObject): JsonObject {
	const { kty, crv, x } = key.export({ format: 'jwk' });
	return { kty, crv, x };
}

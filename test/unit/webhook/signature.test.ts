import { isSigned, keysOfJwks } from '../../../nodes/FalVideo/queue/signature';
import type { JsonValue } from '../../../harness/standin/json';
import { type Forgery, Signer } from '../../../harness/standin/signing';

const requestId = '6d5f8a0e-1c2b-4d3e-9f4a-5b6c7d8e9f0a';
const body = JSON.stringify({ request_id: requestId, status: 'OK', payload: { text: 'Größe' } });
const signer = new Signer();
const keys = keysOfJwks(signer.jwks());

/** The headers as node gives them: names in lower case. */
function headersOf(forge?: Forgery): Record<string, string> {
	const headers = Object.entries(signer.headersFor(requestId, body, forge));
	return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

function isGood(headers: Record<string, string | string[] | undefined>, now = Date.now()) {
	return isSigned({ headers, rawBody: Buffer.from(body) }, keys, now);
}

test('what fal has signed is signed, by whichever of its keys', () => {
	expect(keys).toHaveLength(2);
	expect(isGood(headersOf())).toBe(true);
});

test.each<Forgery>([
	'foreign-key',
	'changed-body',
	'stale',
	'other-request',
	'garbage',
	'unsigned',
])('%s is not', (forge) => {
	expect(isGood(headersOf(forge))).toBe(false);
});

test.each(['request-id', 'user-id', 'timestamp', 'signature'])(
	'nothing goes without %s',
	(part) => {
		const name = `x-fal-webhook-${part}`;
		expect(isGood({ ...headersOf(), [name]: undefined })).toBe(false);
		expect(isGood({ ...headersOf(), [name]: '' })).toBe(false);
		expect(isGood({ ...headersOf(), [name]: 'x' })).toBe(false);
		expect(isGood({ ...headersOf(), [name]: ['x', 'y'] })).toBe(false);
	},
);

test.each([
	[-301, false],
	[-300, true],
	[300, true],
	[301, false],
])('a clock that is %i seconds off: %s', (seconds, good) => {
	const headers = headersOf();
	const signedAt = Number(headers['x-fal-webhook-timestamp']) * 1000;
	expect(isGood(headers, signedAt - seconds * 1000)).toBe(good);
});

test('a signature that is cut short is none', () => {
	const headers = headersOf();
	const cut = headers['x-fal-webhook-signature']?.slice(0, -2);
	expect(isGood({ ...headers, 'x-fal-webhook-signature': cut })).toBe(false);
});

test('without keys nothing is signed', () => {
	expect(isSigned({ headers: headersOf(), rawBody: Buffer.from(body) }, [], Date.now())).toBe(
		false,
	);
});

describe('a key document', () => {
	test('with other keys and with nonsense gives those that are Ed25519', () => {
		const { keys: own } = signer.jwks() as { keys: JsonValue[] };
		const others = [
			{ kty: 'RSA', n: 'AQAB', e: 'AQAB' },
			{ kty: 'OKP', crv: 'X25519', x: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo' },
			{ kty: 'OKP', crv: 'Ed25519', x: 'short' },
			{ kty: 'OKP', crv: 'Ed25519' },
			null,
			'a key',
		];
		const found = keysOfJwks({ keys: [...others, ...own] });
		expect(found).toHaveLength(2);
		expect(isSigned({ headers: headersOf(), rawBody: Buffer.from(body) }, found, Date.now())).toBe(
			true,
		);
	});

	test.each([undefined, null, '<html>', {}, { keys: 'none' }, { keys: [] }])(
		'that is %j gives none',
		(document) => expect(keysOfJwks(document)).toEqual([]),
	);
});

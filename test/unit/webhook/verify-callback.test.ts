import type { IWebhookFunctions } from 'n8n-workflow';
import { verifyCallback } from '../../../nodes/FalVideo/execution/webhook/verify-callback';
import type { JsonObject } from '../../../harness/standin/json';
import { type Forgery, Signer } from '../../../harness/standin/signing';

const requestId = '6d5f8a0e-1c2b-4d3e-9f4a-5b6c7d8e9f0a';
const body = JSON.stringify({ request_id: requestId, status: 'OK', payload: {} });
const signer = new Signer();

/** A callback as n8n hands it over. Keys are remembered by their URL, so each has one of its own. */
let callbacks = 0;
function callback(
	headers: Record<string, string>,
	keys: () => JsonObject = () => signer.jwks(),
	webhookKeysUrl: unknown = `https://keys.example/${++callbacks}`,
) {
	const warnings: string[] = [];
	const context = {
		getCredentials: () => Promise.resolve({ webhookKeysUrl }),
		getHeaderData: () =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
			),
		getRequestObject: () => ({ rawBody: Buffer.from(body) }),
		logger: { warn: (text: string) => void warnings.push(text) },
		helpers: { httpRequest: () => Promise.resolve().then(keys) },
	};
	return { context: context as unknown as IWebhookFunctions, warnings };
}

const signed = (forge?: Forgery, skewSeconds = 0) =>
	signer.headersFor(requestId, body, forge, skewSeconds);

test('what is signed in time is from fal', async () => {
	const { context, warnings } = callback(signed());
	expect(await verifyCallback(context)).toBe('fal');
	expect(warnings).toEqual([]);
});

test.each([-86_400, -400, 400, 86_400])(
	'what is signed rightly, by a clock that is %i seconds off, is unverified, not forged',
	async (seconds) => {
		const { context, warnings } = callback(signed(undefined, seconds));
		expect(await verifyCallback(context)).toBe('unverified');
		expect(warnings).toEqual([expect.stringContaining('300 s off')]);
	},
);

test.each<Forgery>(['foreign-key', 'changed-body', 'other-request', 'garbage', 'unsigned'])(
	'%s is forged, whatever its time',
	async (forge) => {
		expect(await verifyCallback(callback(signed(forge)).context)).toBe('forged');
		expect(await verifyCallback(callback(signed(forge, 400)).context)).toBe('forged');
	},
);

test('without keys nobody can tell', async () => {
	const refuse = (): JsonObject => {
		throw new Error('HTTP 503');
	};
	expect(await verifyCallback(callback(signed(), refuse).context)).toBe('unverified');
	expect(await verifyCallback(callback(signed(), () => ({ keys: [] })).context)).toBe('unverified');
	expect(await verifyCallback(callback(signed(), undefined, '').context)).toBe('unverified');
});

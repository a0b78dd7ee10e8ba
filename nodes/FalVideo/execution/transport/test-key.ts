import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { errorReplySchema } from '../../queue/reply';
import { readBaseUrl } from './queue-client';

/** No request has this id, so its status costs nothing and changes nothing. */
const noRequest = '/fal-ai/kling-video/requests/00000000-0000-0000-0000-000000000000/status';

/** A host that does not answer within this time, in milliseconds, does not pass the test. */
const timeoutMs = 15_000;

interface TestReply {
	statusCode: number;
	body: unknown;
}

/**
 * What the credential's Test button asks: the status of a request that does not exist, from the
 * credential's own host. Only a key that is accepted gets to hear 404; 401 and 403 refuse it.
 *
 * A function, since n8n's declarative credential test knows only status codes: it would take any
 * web server's 404 page for an accepted key.
 */
export async function testKey(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const key = text(data?.apiKey);
	if (key === '') return failed('The API key is empty.');
	const baseUrl = readBaseUrl(data?.baseUrl);
	if (baseUrl === undefined) {
		return failed(
			`The base URL "${text(data?.baseUrl)}" is not an address such as "https://queue.fal.run".`,
		);
	}
	const { host } = new URL(baseUrl);
	let reply: TestReply;
	try {
		// The only request helper that n8n gives to a credential test.
		// eslint-disable-next-line @n8n/community-nodes/no-deprecated-workflow-functions
		reply = (await this.helpers.request({
			method: 'GET',
			uri: baseUrl + noRequest,
			headers: { Authorization: `Key ${key}`, Accept: 'application/json' },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: timeoutMs,
		})) as TestReply;
	} catch (error) {
		const code = (error as { code?: unknown }).code;
		return failed(
			`${host} could not be reached (${typeof code === 'string' ? code : 'no answer'}). Check the base URL.`,
		);
	}
	// Every error of fal's has a `detail`; other servers have errors in JSON, too.
	const isFal = errorReplySchema.safeParse(reply.body).data?.detail !== undefined;
	if (reply.statusCode === 401 || reply.statusCode === 403) {
		return failed(
			`${host} did not accept this key. Copy it whole from fal.ai > Dashboard > Keys (it has two parts, with a colon between), or from your gateway.${isFal ? '' : ' It does not answer as fal’s queue does, either: check the base URL too.'}`,
		);
	}
	if (reply.statusCode === 404 && isFal) {
		return { status: 'OK', message: `${host} accepted the key.` };
	}
	// A page of some web server, or a fault: the key was not looked at.
	return failed(
		`${host} answered with HTTP ${reply.statusCode}${isFal ? '' : ', and not as fal’s queue does'}, so the key could not be tested. Check the base URL.`,
	);
}

function failed(message: string): INodeCredentialTestResult {
	return { status: 'Error', message };
}

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

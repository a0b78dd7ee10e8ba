import {
	getCredentialAllowedDomains,
	type IExecuteSingleFunctions,
	type INode,
	NodeApiError,
} from 'n8n-workflow';
import { errorItem, isItem } from '../../nodes/FalVideo/execution/errors/node-error';
import { allowedDomainsOf } from '../../nodes/FalVideo/execution/transport/request-options';

const node = { name: 'Fal Video', onError: 'continueErrorOutput' } as INode;

const restricted = {
	apiKey: 'key',
	baseUrl: 'https://gateway.test/fal',
	allowedHttpRequestDomains: 'domains',
	allowedDomains: 'gateway.test',
};

describe('the domains of a credential hold in each form of n8n’s function', () => {
	type Data = typeof restricted;
	const read = ({ allowedHttpRequestDomains: mode, allowedDomains }: Data) =>
		mode === 'domains' ? allowedDomains : undefined;

	test.each([
		['an object, as it is now', getCredentialAllowedDomains],
		['the credential’s data', (data: Data) => read(data)],
		['the credential’s data and the URL', (data: Data, url: string) => url && read(data)],
	])('%s', (_name, ask) => {
		const form = ask as unknown as typeof getCredentialAllowedDomains;
		expect(allowedDomainsOf(form, node, restricted)).toBe('gateway.test');
		expect(
			allowedDomainsOf(form, node, { ...restricted, allowedHttpRequestDomains: 'all' }),
		).toBeUndefined();
	});
});

describe('the error of an agent’s tool is an item where a thrown one would end the execution', () => {
	const of = (type: string, onError?: INode['onError'], rewireOutputLogTo?: 'ai_tool') => ({
		getNode: () => ({ type, onError, rewireOutputLogTo }) as INode,
		continueOnFail: () => onError?.startsWith('continue') ?? false,
	});

	test.each([
		['a tool that n8n runs', of('falVideoTool', undefined, 'ai_tool'), true, false],
		['a tool that the agent calls itself', of('falVideoTool'), false, false],
		['a tool that is to end it', of('falVideoTool', 'stopWorkflow', 'ai_tool'), false, false],
		['a node', of('falVideo'), false, false],
		['a node that goes on', of('falVideo', 'continueRegularOutput'), true, true],
	])('%s', (_name, context, older, newer) => {
		expect(isItem(context, false)).toBe(older);
		expect(isItem(context, true)).toBe(newer);
	});
});

describe('an item on the error output', () => {
	const error = new NodeApiError(node, { message: 'The prompt was flagged' });
	error.message = 'The prompt was flagged';
	error.context.data = { request_id: 'abc', type: 'content_policy_violation' };
	const context = {
		getNode: () => node,
		getItemIndex: () => 0,
		getInputData: () => ({ json: { prompt: 'A' } }),
	} as unknown as IExecuteSingleFunctions;

	test('has the details where n8n takes them', () => {
		const { json } = errorItem(context, error);
		expect(Object.keys(json).sort()).toEqual(['details', 'error', 'message']);
		expect(json.message).toBe('The prompt was flagged');
	});

	// A reply may name nothing else of a video that is paid for.
	test('has the video’s address in the message, where n8n before 2.36 takes no more', () => {
		const url = 'https://v3.fal.media/files/boat.mp4';
		const found = new NodeApiError(node, { message: 'It may be running' });
		found.message = 'It may be running';
		found.context.data = { video_url: url };
		const { json } = errorItem(context, found, false);
		expect(json.message).toBe(`It may be running (video at ${url})`);
		expect(Object.keys(json).sort()).toEqual(['error', 'message']);
	});

	test('has no more than n8n before 2.36 takes, the id and the type in the message', () => {
		const { json } = errorItem(context, error, false);
		expect(json).toEqual({
			error: 'The prompt was flagged (content_policy_violation, request abc)',
			message: 'The prompt was flagged (content_policy_violation, request abc)',
		});
	});
});

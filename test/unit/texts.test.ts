import { FalVideoApi } from '../../credentials/FalVideoApi.credentials';
import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';

const { description } = new FalVideo();

test('the hint above the output is true whatever the run came to', () => {
	const [hint] = description.hints ?? [];
	expect(hint?.message).toMatch(
		/^Each video that <b>Execute step<\/b> makes is paid for\. Once it is there, /,
	);
	// Not of this output, which may be an error or a request that still runs.
	expect(hint?.message).not.toMatch(/this output|download/i);
	// n8n does not pin an output with a file in it.
	expect(hint?.message).not.toMatch(/\bpin/i);
});

describe('Generate and Suspend', () => {
	const shownFor = (operation: string) =>
		description.properties.filter(({ displayOptions }) => {
			const { show } = displayOptions ?? {};
			return show?.resource?.includes('video') && (show.operation?.includes(operation) ?? true);
		});

	test('while it waits, the editor says for what, and not that it wants input', () => {
		expect(description.waitingNodeTooltip).toContain('goes on by itself when fal calls');
	});

	test('what it needs stands right under Operation', () => {
		const [operation, next] = shownFor('generateAndSuspend');
		expect(operation?.name).toBe('operation');
		expect(next).toMatchObject({ type: 'notice', name: 'suspendNotice' });
		expect(next?.displayName).toContain('On your own computer, use Generate.');
		expect(shownFor('generate')[1]?.type).not.toBe('notice');
	});

	test('its Max Wait is explained, also where it was set for Generate', () => {
		const options = shownFor('generateAndSuspend').find(({ name }) => name === 'options');
		expect(options?.options).toContainEqual(
			expect.objectContaining({
				name: 'maxWaitSeconds',
				hint: expect.stringMatching(/^86400 seconds are one day.*stays/),
			}),
		);
	});
});

describe('the credential', () => {
	const fieldOf = (name: string) => {
		const found = new FalVideoApi().properties.find((field) => field.name === name);
		return `${found?.description ?? ''} ${found?.hint ?? ''}`;
	};

	test('says where a key comes from, and what to do before', () => {
		for (const part of ['Add credit', 'Dashboard > Keys', 'scope API', 'both parts', 'colon']) {
			expect(fieldOf('apiKey')).toContain(part);
		}
	});

	test('only of the webhook keys it says that they may be empty', () => {
		expect(fieldOf('webhookKeysUrl')).toContain('make it empty');
		expect(fieldOf('baseUrl')).not.toContain('empty');
	});

	test.each(['baseUrl', 'webhookKeysUrl'])('says of %s that most leave it as it is', (name) => {
		expect(fieldOf(name)).toContain('Leave it as it is unless your company or a gateway');
	});
});

test('options stand in the order of use, in words, under the names that workflows were saved with', () => {
	const collection = description.properties.find(
		({ name, displayOptions }) =>
			name === 'options' && displayOptions?.show?.operation?.includes('generate'),
	);
	const named = (collection?.options ?? []).map((option) => [
		option.name,
		'displayName' in option ? option.displayName : '',
	]);
	expect(named).toEqual([
		['maxWaitSeconds', 'Max Wait (Seconds)'],
		['onTimeout', 'On Timeout'],
		['cancelOnStop', 'Cancel on Stop'],
		['maxCost', 'Max Cost (USD)'],
		['binaryPropertyName', 'Put Output File in Field'],
		['extraInput', 'Extra Model Inputs (JSON)'],
		['fileLifetime', 'File Lifetime'],
		['priority', 'Priority'],
		['startTimeoutSeconds', 'Give Up If Not Started (Seconds)'],
		['pollIntervalSeconds', 'Check Every (Seconds)'],
		['webhookUrl', 'Webhook URL'],
	]);
});

test('a model that is not on the list has one name', () => {
	const [field] = description.properties.filter(({ name }) => name === 'customModel');
	const [model] = description.properties.filter(({ name }) => name === 'model');
	expect(field?.displayName).toBe('Other Model');
	expect(model?.options).toContainEqual(
		expect.objectContaining({ name: 'Other Model', value: 'custom' }),
	);
});

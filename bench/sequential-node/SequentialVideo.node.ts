import {
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	sleep,
} from 'n8n-workflow';

/** What is used of fal's replies. */
interface Reply {
	status: string;
	status_url: string;
	response_url: string;
}

/**
 * A node to compare with: it takes one item after the other, and asks for each at a fixed interval
 * until its video is complete.
 */
export class SequentialVideo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sequential Video',
		name: 'sequentialVideo',
		group: ['transform'],
		version: 1,
		description: 'Makes videos one after the other',
		defaults: { name: 'Sequential Video' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{
				displayName: 'API Key',
				name: 'apiKey',
				type: 'string',
				typeOptions: { password: true },
				default: '',
			},
			{ displayName: 'Prompt', name: 'prompt', type: 'string', default: '' },
			{ displayName: 'Poll Seconds', name: 'pollSeconds', type: 'number', default: 5 },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const out: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const headers = { Authorization: `Key ${this.getNodeParameter('apiKey', item) as string}` };
			const pollMs = (this.getNodeParameter('pollSeconds', item) as number) * 1000;
			const ask = async (request: IHttpRequestOptions) =>
				(await this.helpers.httpRequest({ ...request, headers, json: true })) as Reply;

			const submitted = await ask({
				method: 'POST',
				url: this.getNodeParameter('url', item) as string,
				body: { prompt: this.getNodeParameter('prompt', item) as string },
			});
			let { status } = submitted;
			while (status !== 'COMPLETED') {
				await sleep(pollMs);
				({ status } = await ask({ url: submitted.status_url }));
			}
			const json = await ask({ url: submitted.response_url });
			out.push({ json: json as unknown as IDataObject, pairedItem: { item } });
		}
		return [out];
	}
}

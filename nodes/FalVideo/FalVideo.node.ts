import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { testKey } from './resources/shared/test-key';
import { videoProperties } from './resources/video';

/** What the node is. What it sends stands with the fields, in `resources`. */
export class FalVideo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fal Video',
		name: 'falVideo',
		icon: { light: 'file:falVideo.svg', dark: 'file:falVideo.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Turn text into video with the Kling models at fal',
		defaults: { name: 'Fal Video' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'falVideoApi', required: true, testedBy: 'testKey' }],
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl }}',
			headers: { Accept: 'application/json' },
		},
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'video',
				options: [{ name: 'Video', value: 'video' }],
			},
			...videoProperties,
		],
	};

	methods = { credentialTest: { testKey } };
}

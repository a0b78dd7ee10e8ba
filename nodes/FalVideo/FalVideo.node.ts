import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { callbackPath } from './execution/suspend/callback-url';
import { resumeOnCallback } from './execution/suspend/resume';
import { noRegistration } from './execution/webhook/respond';
import { catalogMethods } from './resources/catalog/methods';
import { requestOptions } from './resources/request-options';
import { requestProperties } from './resources/request';
import { videoProperties } from './resources/video';
import { generateAndSuspend } from './resources/video/generate-and-suspend';

/** Describes the node. `resources` declares its fields and what they send. */
export class FalVideo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fal Video',
		name: 'falVideo',
		icon: { light: 'file:falVideo.svg', dark: 'file:falVideo.dark.svg' },
		group: ['transform'],
		version: 1,
		// The operation, and for one that makes a video its model: of an endpoint ID the part that tells it
		// from others, of an expression nothing, since it has no value on the canvas.
		subtitle:
			'={{ [{ generate: "generate", generateFromImage: "generate from image", generateAndSuspend: "generate and suspend", getMany: "get many", getResult: "get result", getStatus: "get status", cancel: "cancel" }[$parameter.operation], $parameter.resource === "video" ? ($parameter.model === "custom" ? $parameter.customModel || "" : $parameter.model || "").replace(/^fal-ai\\/kling-video\\/|\\/(text|image)-to-video$/g, "").replace(/^=.*$/s, "") : "request"].filter((part) => part).join(": ") }}',
		description: 'Turn text and images into video with the Kling models at fal',
		defaults: { name: 'Fal Video' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'falVideoApi', required: true }],
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl }}',
			headers: { Accept: 'application/json' },
		},
		// Shown while an execution is suspended; without it, n8n speaks of waiting for input.
		waitingNodeTooltip:
			'The videos are being made. The execution is stored, and goes on by itself when fal calls. You can close this window.',
		hints: [
			{
				message:
					'Each video that <b>Execute step</b> makes is paid for. Once it is there, execute only the nodes behind this one: that is free.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'afterExecution',
				displayCondition:
					'={{ $parameter.resource === "video" && $parameter.operation.startsWith("generate") }}',
			},
		],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'video',
				options: [
					{ name: 'Request', value: 'request' },
					{ name: 'Video', value: 'video' },
				],
			},
			...videoProperties,
			...requestProperties,
			requestOptions,
		],
		// Where fal calls a suspended execution back.
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'The execution is being resumed',
				path: callbackPath,
				restartWebhook: true,
			},
		],
	};

	methods = catalogMethods;

	customOperations = { video: { generateAndSuspend } };

	webhookMethods = noRegistration;

	webhook = resumeOnCallback;
}

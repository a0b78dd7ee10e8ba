import type { JsonObject } from '../json';
import { categoryOf, type EndpointFacts } from './endpoints';
import { type Components, inputSchema } from './input-schema';

/** Endpoints that stand in their document under the name of the app behind them. */
const otherPaths: Record<string, string> = {
	// Seen in public code.
	'bytedance/seedance-2.0/text-to-video': 'fal-ai/seedance-2/text-to-video',
};

const queueStatus: JsonObject = {
	type: 'object',
	properties: {
		status: { type: 'string', enum: ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'] },
		request_id: { type: 'string', description: 'The request id.' },
		response_url: { type: 'string', description: 'The response url.' },
		status_url: { type: 'string', description: 'The status url.' },
		cancel_url: { type: 'string', description: 'The cancel url.' },
		logs: { type: 'object', description: 'The logs.', additionalProperties: true },
		metrics: { type: 'object', description: 'The metrics.', additionalProperties: true },
		queue_position: { type: 'integer', description: 'The queue position.' },
	},
	required: ['status', 'request_id'],
};

/** `fal-ai/veo3.1/fast` has a `Veo31FastInput`. */
export function inputName(id: string): string {
	const words = id.replace(/^[^/]+\//, '').split(/[^A-Za-z0-9]+/);
	return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Input`;
}

const content = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

const replies = (description: string, schema: JsonObject): JsonObject => ({
	'200': { description, content: content(schema) },
});

const requestId: JsonObject = {
	name: 'request_id',
	in: 'path',
	required: true,
	schema: { type: 'string', description: 'Request ID' },
};

/**
 * The OpenAPI document of an endpoint, as `fal.ai/api/openapi/queue/openapi.json` gives it: OpenAPI
 * 3.0.4 with JSON Schema's null in it. The form is that of published documents of fal's, where the
 * questions about a request stand before the endpoint itself.
 */
export function openApiDocument(id: string, { input, output }: EndpointFacts): JsonObject {
	const name = inputName(id);
	const outputName = name.replace(/Input$/, 'Output');
	const properties: JsonObject = {};
	const schemas: Components = {};
	for (const one of input) {
		const { schema, components } = inputSchema(id, one);
		properties[one.name] = schema;
		Object.assign(schemas, components);
	}
	const first = ['prompt', 'text', 'image_url'];
	const names = input.map((one) => one.name);
	const order = [
		...first.filter((one) => names.includes(one)),
		...names.filter((one) => !first.includes(one)),
	];
	const path = `/${otherPaths[id] ?? id}`;
	const status = { $ref: '#/components/schemas/QueueStatus' };
	return {
		openapi: '3.0.4',
		info: {
			title: `Queue OpenAPI for ${id}`,
			version: '1.0.0',
			description: `The OpenAPI schema for the ${id} queue.`,
			'x-fal-metadata': {
				endpointId: id,
				category: categoryOf(id),
				playgroundUrl: `https://fal.ai/models/${id}`,
				documentationUrl: `https://fal.ai/models/${id}/api`,
			},
		},
		components: {
			securitySchemes: {
				apiKeyAuth: {
					type: 'apiKey',
					in: 'header',
					name: 'Authorization',
					description: 'Fal Key',
				},
			},
			schemas: {
				QueueStatus: queueStatus,
				[name]: {
					type: 'object',
					title: name,
					required: input.filter((one) => one.required).map((one) => one.name),
					properties,
					'x-fal-order-properties': order,
				},
				[outputName]: {
					type: 'object',
					title: outputName,
					required: ['video'],
					properties: Object.fromEntries(
						output.map((one) => [
							one,
							one === 'video' ? { $ref: '#/components/schemas/File' } : { title: one },
						]),
					),
				},
				File: {
					type: 'object',
					title: 'File',
					required: ['url'],
					properties: { url: { type: 'string', title: 'Url' } },
				},
				...schemas,
			},
		},
		paths: {
			[`${path}/requests/{request_id}/status`]: {
				get: { parameters: [requestId], responses: replies('The request status.', status) },
			},
			[`${path}/requests/{request_id}/cancel`]: {
				put: {
					parameters: [requestId],
					responses: replies('The request was cancelled.', {
						type: 'object',
						properties: { success: { type: 'boolean' } },
					}),
				},
			},
			[path]: {
				post: {
					requestBody: {
						required: true,
						content: content({ $ref: `#/components/schemas/${name}` }),
					},
					responses: replies('The request status.', status),
				},
			},
			[`${path}/requests/{request_id}`]: {
				get: {
					parameters: [requestId],
					responses: replies('Result of the request.', {
						$ref: `#/components/schemas/${outputName}`,
					}),
				},
			},
		},
		servers: [{ url: 'https://queue.fal.run' }],
		security: [{ apiKeyAuth: [] }],
	};
}

import type { INodeProperties } from 'n8n-workflow';
import { modelFields } from '../model-choice';
import { cancelOperation } from './cancel';
import { getManyFields, getManyOperation } from './get-many';
import { getResultFields, getResultOperation } from './get-result';
import { getStatusFields, getStatusOperation } from './get-status';

const show = { resource: ['request'] };

/** The resource "Request": what was submitted earlier, by its id. */
export const requestProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'getResult',
		displayOptions: { show },
		options: [cancelOperation, getManyOperation, getResultOperation, getStatusOperation],
	},
	{
		displayName: 'Request ID',
		name: 'requestId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. {{ $json.request_id }}',
		description:
			'The ID that fal gave to the video when it was ordered, or its whole status URL. Both stand in the output of a Generate that does not wait, and the ID in every output and error.',
		displayOptions: { show: { ...show, operation: ['cancel', 'getResult', 'getStatus'] } },
	},
	...modelFields(show, {
		model: 'Which model the request was sent to. Where Request ID is a status URL, that says it',
		customModel:
			'The model that the request was sent to: from fal’s catalogue, or by its endpoint ID',
		customHint: 'The same as in the node that sent the request',
	}),
	...getManyFields,
	...getResultFields,
	...getStatusFields,
];

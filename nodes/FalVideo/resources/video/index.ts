import type { INodeProperties } from 'n8n-workflow';
import { videoFields } from './body';
import { generateFields, generateFromImageOperation, generateOperation } from './generate';
import {
	generateAndSuspendFields,
	generateAndSuspendOperation,
	suspendNotice,
} from './generate-and-suspend';

/** The resource "Video". */
export const videoProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'generate',
		displayOptions: { show: { resource: ['video'] } },
		options: [generateOperation, generateAndSuspendOperation, generateFromImageOperation],
	},
	suspendNotice,
	...videoFields,
	...generateFields,
	...generateAndSuspendFields,
];

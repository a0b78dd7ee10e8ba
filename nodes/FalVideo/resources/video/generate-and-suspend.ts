import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { defaultMaxWaitSeconds } from '../fields/wait-options';
import { downloadField, optionFields, optionsCollection } from '../fields/option-fields';
import { videoFields } from './fields';
import { runGenerateAndSuspend } from './run-generate-and-suspend';

const show = { resource: ['video'], operation: ['generateAndSuspend'] };

/** The operation: all items submitted, and the execution stored until fal calls back. */
export const generateAndSuspendOperation: INodePropertyOptions = {
	name: 'Generate and Suspend',
	value: 'generateAndSuspend',
	action: 'Generate a video and suspend the execution',
	description: 'Make a video while the execution is stored and holds no worker; fal resumes it',
	// A tool has to answer while the agent waits: it cannot suspend.
	displayOptions: { hide: { '@tool': [true] } },
};

/** How the execution is suspended, and the video delivered. */
export const generateAndSuspendFields: INodeProperties[] = [
	downloadField(show),
	{
		displayName:
			'fal must be able to call this n8n back. A video that fails comes out as an item with the status ERROR, in its place in the list.',
		name: 'suspendNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	optionsCollection(show, [
		optionFields.extraInput,
		{
			...optionFields.maxWaitSeconds,
			default: defaultMaxWaitSeconds.suspended,
			description:
				'The longest the execution stays suspended; then it goes on, with the status and the ID of what is still running',
		},
		optionFields.priority,
		optionFields.binaryPropertyName,
		optionFields.startTimeoutSeconds,
	]),
];

/** What n8n calls for the operation, with all items of the run. */
export async function generateAndSuspend(this: IExecuteFunctions) {
	return await runGenerateAndSuspend(this, [...videoFields, ...generateAndSuspendFields]);
}

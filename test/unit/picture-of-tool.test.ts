import type { IExecuteSingleFunctions } from 'n8n-workflow';
import type { QueueClient } from '../../nodes/FalVideo/execution/transport/queue-client';
import { readPicture } from '../../nodes/FalVideo/resources/video/picture-fields';

test('an agent’s tool that is to take a file says which field of the editor to change, by its name there', async () => {
	const context = {
		getNode: () => ({ type: 'n8n-nodes-fal-video.falVideoTool' }),
		getNodeParameter: (_name: string, fallback: unknown) => fallback,
	} as unknown as IExecuteSingleFunctions;
	const reading = readPicture(context, {} as QueueClient);
	await expect(reading).rejects.toThrow(
		'Image From is "File of the Item"; as a tool of an agent it must be "URL", with the address in Image URL',
	);
	await expect(reading).rejects.not.toThrow('imageSource');
});

// Whatever the queue reads, it reads with n8n's own zod: version 3 until now, and 4 one day. So the tests
// of the readings run here once more, with zod 4 in its place.
jest.mock('zod', () => jest.requireActual<object>('zod/v4'));

import { textSchema } from '../../nodes/FalVideo/queue/read';

import './listening.test';
import './queued-request.test';
import './replies.test';
import './submit.test';
import './wait.test';
import './webhook/callback.test';
import './webhook/ended.test';
import './webhook/signature.test';
import './webhook/webhook-keys.test';

test('these are schemas of zod 4', () => {
	expect(textSchema).toHaveProperty('_zod');
});

import { errorOfCallback, readCallback } from '../../nodes/FalVideo/queue/callback';
import type { QueueError } from '../../nodes/FalVideo/queue/errors';
import { KnownHost } from '../../nodes/FalVideo/queue/host';
import { readCancelReply, type Reading, readReply } from '../../nodes/FalVideo/queue/reply';
import { submit } from '../../nodes/FalVideo/queue/submit';
import type { QueueReply } from '../../nodes/FalVideo/queue/transport';
import { replies } from '../replies/replies';
import type { Expected, ReplyRow } from '../replies/reply-row';
import { scriptedQueue } from './scripted-queue';
import { VirtualClock } from './virtual-clock';

/** What was read of a reply, in the words of the table. */
interface Read {
	outcome: string;
	message?: string;
	type?: string | undefined;
	mayPass?: boolean;
}

function ofReading(reading: Reading): Read {
	if (!('reason' in reading)) return { outcome: reading.says };
	const { reason } = reading;
	// Without the video, and without a reason: asked again, a few times.
	const outcomes: Record<string, string> = { failed: 'ended', 'no-video': 'passes' };
	const isDoubtful = reading.says === 'ended' && reading.doubt !== undefined;
	return {
		outcome: isDoubtful ? 'doubtful' : (outcomes[reading.says] ?? reading.says),
		message: reason.message,
		type: reason.type,
		mayPass: reason.mayPass,
	};
}

function ofCallback(body: unknown): Read {
	const callback = readCallback(body);
	if (callback === undefined) return { outcome: 'none' };
	if (callback.status === 'pending') return { outcome: 'going-on' };
	if (callback.status === 'OK') return { outcome: 'complete' };
	const { message, facts, kind } = errorOfCallback(callback, new KnownHost(new VirtualClock()));
	return { outcome: 'ended', message, type: facts.type, mayPass: kind === 'failed' };
}

async function ofSubmit(reply: QueueReply): Promise<Read> {
	const clock = new VirtualClock();
	const queue = scriptedQueue(() => reply);
	const connection = {
		...queue,
		listen: () => Promise.resolve(false),
		host: new KnownHost(clock),
		clock,
	};
	try {
		await submit(connection, { model: 'fal-ai/kling-video/x', body: {} });
		return { outcome: 'accepted' };
	} catch (error) {
		const { kind, message, facts } = error as QueueError;
		// Sent again only where it was not accepted.
		expect(queue.requests.length > 1).toBe(kind === 'not-accepted');
		return { outcome: kind, message, type: facts.type };
	}
}

async function read(row: ReplyRow): Promise<Read> {
	const reply: QueueReply = {
		status: row.status,
		headers: row.headers ?? {},
		body: row.body ?? '',
	};
	switch (row.where) {
		case 'submit':
			return await ofSubmit(reply);
		case 'status':
		case 'result':
			return ofReading(readReply(reply, { of: row.where, isVideo: row.output !== 'any' }));
		case 'callback':
			return ofCallback(row.body);
		case 'cancel': {
			const { says, message } = readCancelReply(reply);
			return { outcome: says === 'no-endpoint' ? 'not-offered' : says, message };
		}
	}
}

test('the table has the replies of every endpoint, at least sixty in all', () => {
	expect(new Set(replies.map(({ where }) => where)).size).toBe(5);
	expect(replies.length).toBeGreaterThanOrEqual(60);
});

test.each(replies)('$where: $name', async (row) => {
	const { outcome, message, type, mayPass } = row.expect as Expected<string>;
	const seen = await read(row);
	expect(seen).toMatchObject({
		outcome,
		...(message === undefined ? {} : { message: expect.stringContaining(message) as string }),
		...(type === undefined ? {} : { type }),
		...(mayPass === undefined ? {} : { mayPass }),
	});
});

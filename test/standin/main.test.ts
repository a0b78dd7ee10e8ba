import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { markers } from '../../harness/standin/markers';

it('starts from the command line, says where it is, and ends', async () => {
	const main = join(__dirname, '..', '..', 'harness', 'standin', 'main.ts');
	const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	try {
		const lines: string[] = [];
		for await (const line of createInterface(child.stdout)) {
			lines.push(line);
			if (line.startsWith('End it')) break;
		}
		const said = lines.join('\n');
		for (const { text } of markers) expect(said).toContain(text);
		const url = /^Stand-in for fal: +(\S+)$/m.exec(said)?.[1];
		const key = /^Key: +(\S+)$/m.exec(said)?.[1];
		const reply = await fetch(`${url}/fal-ai/kling-video/v2/master/text-to-video`, {
			method: 'POST',
			headers: { Authorization: `Key ${key}` },
			body: '{"prompt":"A boat"}',
		});
		expect(reply.status).toBe(200);
		expect(await reply.json()).toMatchObject({ status: 'IN_QUEUE' });
	} finally {
		child.kill('SIGTERM');
	}
	// By itself: no timer and no connection keeps it alive.
	expect(await exited).toEqual([0, null]);
});

import { downloadFile } from '../../nodes/FalVideo/execution/request/download';
import { falItself } from '../../nodes/FalVideo/queue/host';
import { VirtualClock } from './virtual-clock';

/** Downloads through a helper that fails in n8n itself, before or after the host has answered. */
async function downloadWith(fault: Error, isAnswered = false) {
	const clock = new VirtualClock();
	let attempts = 0;
	const helpers = {
		httpRequest: async () => {
			attempts += 1;
			if (!isAnswered) throw fault;
			return await Promise.resolve({
				statusCode: 200,
				headers: { 'content-type': 'video/mp4' },
				body: { destroy: () => {} },
			});
		},
		prepareBinaryData: () => Promise.reject(fault),
	};
	const download = downloadFile({ helpers } as unknown as Parameters<typeof downloadFile>[0], {
		file: { url: 'https://media.test/a.mp4', isVideo: true },
		request: { id: 'abc', error: falItself.error },
		deadline: clock.now() + 1_800_000,
		carried: { timeout: 1 },
		clock,
		signal: undefined,
	});
	await expect(download).rejects.toMatchObject({ kind: 'download' });
	return attempts;
}

test('what n8n does not let out is given up after a few attempts', async () => {
	const protectedAddress = new Error('The request was blocked: the address is protected');
	expect(await downloadWith(protectedAddress)).toBe(4);
});

test('a full disk is given up after a few attempts', async () => {
	const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
	expect(await downloadWith(full, true)).toBe(4);
});

// n8n 1 keeps files in memory, as base64 text, of which Node.js takes 400 MB at most.
test('a file that is too large for n8n’s memory is given up after a few attempts', async () => {
	const { constants } = await import('node:buffer');
	const tooLong = await Promise.resolve()
		.then(() => Buffer.alloc(constants.MAX_STRING_LENGTH).toString('base64'))
		.catch((error: unknown) => error);
	expect(tooLong).toMatchObject({ code: 'ERR_STRING_TOO_LONG' });
	expect(await downloadWith(tooLong as Error, true)).toBe(4);
});

test('a transfer that is cut is tried until the longest wait is over', async () => {
	const cut = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
	expect(await downloadWith(cut, true)).toBeGreaterThan(20);
});

import type { FileQuirks } from '../../harness/standin/file-quirks';
import { videoFor } from '../../harness/standin/media';
import type { Outcome } from '../../harness/engine/outcome';
import { containing } from '../matchers';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

const downloadWith = async (file: FileQuirks): Promise<Outcome> => {
	bench.fal.options.file = file;
	return await bench.generate({ parameters: { downloadVideo: true } });
};

const rightFile = () => videoFor(bench.submissionOf('A paper boat'));

describe('is stored whole, byte for byte, a file', () => {
	const rows: { what: string; file: FileQuirks; requests?: number; mimeType?: string }[] = [
		{ what: 'of which nothing is odd', file: {} },
		{ what: 'that is said to be a byte longer', file: { size: 1 } },
		{ what: 'that is said to be a byte shorter', file: { size: -1 } },
		{ what: 'that is said to be empty', file: { size: 'zero' } },
		{ what: 'of which no length is said', file: { size: 'missing' } },
		{ what: 'that comes whole, with 206', file: { transfer: 'partial' } },
		{ what: 'that comes packed', file: { transfer: 'gzip' } },
		{ what: 'that comes packed, without a length', file: { transfer: 'gzip', size: 'missing' } },
		{ what: 'whose length only the result tells', file: { transfer: 'chunked' } },
		{
			what: 'whose length only the result tells, some bytes too many',
			file: { transfer: 'chunked', size: 3 },
		},
		{ what: 'that stands in the result', file: { inline: true }, requests: 0 },
		{ what: 'of another type', file: { contentType: 'video/webm' }, mimeType: 'video/webm' },
		{ what: 'that is called bytes', file: { contentType: 'application/octet-stream' } },
		{
			what: 'that stands in the result, of another type',
			file: { inline: true, contentType: 'video/quicktime' },
			requests: 0,
			mimeType: 'video/quicktime',
		},
	];
	test.each(rows)('$what', async ({ file, requests = 1, mimeType = 'video/mp4' }) => {
		const outcome = await downloadWith(file);
		expect(outcome.error()).toBeUndefined();
		const stored = outcome.items('Out')[0]?.binary?.data;
		if (!stored) throw new Error('There is no file');
		const content = await bench.engine.binary(stored);
		expect(content.equals(rightFile())).toBe(true);
		expect(stored).toMatchObject({ bytes: content.length, mimeType });
		expect(bench.fal.count('file')).toBe(requests);
		expect(bench.fal.billed()).toBe(1);
	});
});

test.each(['page', 'picture'] as const)(
	'a %s in the place of the file is an error after a few attempts, with the request and the address',
	async (instead) => {
		const outcome = await downloadWith({ instead });
		const { requestId } = bench.submissionOf('A paper boat');
		const error = outcome.error();
		expect(error?.message).toContain(requestId);
		expect(error).toMatchObject({
			message: containing(instead === 'page' ? '"text/html"' : '"image/png"'),
			context: {
				data: {
					request_id: requestId,
					video_url: `${bench.fal.mediaUrl}/files/${requestId}.mp4`,
				},
			},
		});
		expect(bench.fal.count('file')).toBe(4);
		expect(bench.fal.billed()).toBe(1);
	},
);

test('a file that is there only a second later comes all the same', async () => {
	const outcome = await downloadWith({ lateMs: 1500 });
	expect(outcome.error()).toBeUndefined();
	expect(outcome.items('Out')[0]?.binary?.data?.bytes).toBe(rightFile().length);
	const answers = bench.fal.log.filter(({ kind }) => kind === 'file');
	expect(answers.length).toBeGreaterThan(1);
	expect(answers.map(({ answered }) => answered)).toEqual([
		...answers.slice(1).map(() => 404),
		200,
	]);
});

test('a data: URI that cannot be read is told at once, with the request', async () => {
	bench.fal.options.outcome = () => ({
		status: 200,
		body: { video: { url: 'data:video/mp4,%E0%A4%A' } },
	});
	const outcome = await bench.generate({ parameters: { downloadVideo: true } });
	const { requestId } = bench.submissionOf('A paper boat');
	expect(outcome.error()?.message).toContain(requestId);
	expect(outcome.error()?.message).toContain('data: URI cannot be read');
	expect(bench.fal.count('result')).toBe(1);
	expect(bench.fal.billed()).toBe(1);
});

import { quirkyFile } from './file-quirks';
import { videoFile } from './media';
import type { StandInOptions } from './options';
import type { Queue } from './queue';
import { jsonReply, type Reply } from './reply';
import type { Route } from './routes';

/** The host of the files: it asks for no key, and has a port of its own so that a key sent shows. */
export class MediaHost {
	constructor(
		private readonly queue: Queue,
		private readonly options: () => StandInOptions,
	) {}

	/** The right reply. */
	reply({ kind, requestId = '', wrongMethod }: Route): Reply {
		if (kind === 'upload') return jsonReply(200, {});
		if (wrongMethod) return jsonReply(405, { detail: 'Method Not Allowed' });
		const submission = this.queue.find(requestId);
		if (submission?.state !== 'COMPLETED' || submission.outcome.body !== undefined) {
			return jsonReply(404, { detail: 'Not Found' });
		}
		const { file, fileBytes } = this.options();
		const age = Date.now() - (submission.completedAt ?? 0);
		return quirkyFile(file, videoFile(submission, fileBytes), age);
	}
}

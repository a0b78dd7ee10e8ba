import { callbackReplies } from './callback-replies';
import { cancelReplies } from './cancel-replies';
import type { ReplyRow } from './reply-row';
import { resultReplies } from './result-replies';
import { statusReplies } from './status-replies';
import { submitReplies } from './submit-replies';

/** Replies as fal and its gateways give them, in all their odd shapes, and what each means. */
export const replies: ReplyRow[] = [
	...submitReplies,
	...statusReplies,
	...resultReplies,
	...cancelReplies,
	...callbackReplies,
];

import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * The path of the node's webhook behind the execution's resume URL. That URL is the same for all nodes
 * of an execution, so without a path of its own a late callback could resume another node that waits.
 */
export const callbackPath = 'fal-video';

/** Where fal calls the execution back: its resume URL, which carries a token, with the node's path. */
export function callbackUrl(context: IExecuteFunctions): string {
	const resumeUrl = context.evaluateExpression('{{ $execution.resumeUrl }}', 0) as string;
	if (!URL.canParse(resumeUrl)) return resumeUrl;
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${callbackPath}`;
	return url.href;
}

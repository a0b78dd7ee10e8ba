import { InputError, shown } from '../../execution/errors/input-error';

const endpointId = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/**
 * An endpoint id such as `fal-ai/kling-video/v3/pro/text-to-video`: it becomes the path of requests,
 * so nothing else is let through.
 *
 * @throws {InputError} when it is none
 */
export function checkEndpointId(field: string, value: unknown): string {
	if (typeof value !== 'string' || !endpointId.test(value)) {
		throw new InputError(
			`${field} is ${shown(value)}; allowed is a fal endpoint id such as "fal-ai/kling-video/v3/pro/text-to-video"`,
		);
	}
	return value;
}

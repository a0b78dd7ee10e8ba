import { falKind } from './fal-kind';
import {
	always200Kind,
	litellmKind,
	matonKind,
	prefixedKind,
	qiniuKind,
	resellerKind,
	uniapiKind,
} from './gateway-kinds';
import type { Kind, KindName } from './kind';

/** The kinds of hosts that the stand-in can be. */
export const kinds: Record<KindName, Kind> = {
	fal: falKind,
	reseller: resellerKind,
	prefixed: prefixedKind,
	'always-200': always200Kind,
	uniapi: uniapiKind,
	qiniu: qiniuKind,
	maton: matonKind,
	litellm: litellmKind,
};

/** Whether a text is the name of a kind. */
export function isKindName(text: string): text is KindName {
	return Object.hasOwn(kinds, text);
}

/** The names, as in the type. */
export const kindNames = Object.keys(kinds).filter(isKindName);

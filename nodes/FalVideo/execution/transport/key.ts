/** A part of a key that is shorter than this, in characters, is too likely to be an ordinary word. */
const shortestSecret = 8;

/** How a host wants the key: fal the first, most gateways the second. */
export const authSchemes = ['Key', 'Bearer'] as const;

// What people paste along: quotes, the name of the variable, the header, the scheme.
const wrappings = [
	/^["'`“”‘’](.*)["'`“”‘’]$/s,
	/^(?:export\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN)\s*[=:]\s*(.*)$/s,
	/^Authorization\s*:\s*(.*)$/is,
	/^(?:Key|Bearer)\s+(.*)$/is,
];

/**
 * The key itself, without what was pasted along with it: blanks, quotes, `FAL_KEY=`, a scheme.
 *
 * @example cleanKey(' FAL_KEY="id:secret" ') // 'id:secret'
 */
export function cleanKey(value: unknown): string {
	let key = typeof value === 'string' ? value.trim() : '';
	for (let before = ''; before !== key;) {
		before = key;
		for (const wrapping of wrappings) key = wrapping.exec(key)?.[1]?.trim() ?? key;
	}
	return key;
}

/**
 * The `Authorization` header of a credential: the scheme is the one that was chosen, whatever was
 * pasted in front of the key.
 */
export function authorizationOf({ apiKey, authScheme }: Record<string, unknown>): string {
	const scheme = authSchemes.find((one) => one === authScheme) ?? 'Key';
	return `${scheme} ${cleanKey(apiKey)}`;
}

/**
 * Makes a function that takes a key out of whatever a server replied. A gateway may repeat the key
 * in a reply ("the key … is locked"), which would become an error, an output, and a line of the log.
 *
 * @param key as it stands in the credential; of `id:secret`, the secret alone is taken out too
 */
export function redactor(key: unknown): (body: unknown) => unknown {
	const text = cleanKey(key);
	const given = typeof key === 'string' ? key.trim() : '';
	const secrets = [given, text, text.slice(text.indexOf(':') + 1)].filter(
		(secret) => secret.length >= shortestSecret,
	);
	const clean = (value: string) =>
		secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[key]'), value);
	return (body) => {
		if (typeof body === 'string') return clean(body);
		if (typeof body !== 'object' || body === null) return body;
		const json = JSON.stringify(body);
		if (!secrets.some((secret) => json.includes(secret))) return body;
		// A key may be such that JSON without it is none any more: an answer is not lost for that.
		try {
			return JSON.parse(clean(json)) as unknown;
		} catch {
			return clean(json);
		}
	};
}

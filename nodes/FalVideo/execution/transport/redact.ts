/** A part of a key that is shorter than this, in characters, is too likely to be an ordinary word. */
const shortestSecret = 8;

/**
 * Makes a function that takes a key out of whatever a server replied. A gateway may repeat the key
 * in a reply ("the key … is locked"), which would become an error, an output, and a line of the log.
 *
 * @param key such as `id:secret`; the secret alone is taken out too
 */
export function redactor(key: unknown): (body: unknown) => unknown {
	const text = typeof key === 'string' ? key.trim() : '';
	const secrets = [text, text.slice(text.indexOf(':') + 1)].filter(
		(secret) => secret.length >= shortestSecret,
	);
	const clean = (value: string) =>
		secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[key]'), value);
	return (body) => {
		if (typeof body === 'string') return clean(body);
		if (typeof body !== 'object' || body === null) return body;
		const json = JSON.stringify(body);
		return secrets.some((secret) => json.includes(secret))
			? (JSON.parse(clean(json)) as unknown)
			: body;
	};
}

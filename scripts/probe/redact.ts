/** Takes a key out of a text: whole, as it stands in a URL or in JSON, and its parts. */
export function redactor(key: string): (text: string) => string {
	// Short parts would take out what is no secret.
	const parts = key.split(':').filter((part) => part.length >= 6);
	const secrets = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), ...parts]
		.filter((secret) => secret !== '')
		.sort((a, b) => b.length - a.length);
	return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text);
}

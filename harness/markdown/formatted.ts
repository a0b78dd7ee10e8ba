/** A file's content as the repository formats it. */
export async function formatted(path: string, content: string): Promise<string> {
	// Loaded when it is needed: in jest it cannot be, and some there read what this has written.
	const { format, resolveConfig } = await import('prettier');
	return await format(content, { ...(await resolveConfig(path)), filepath: path });
}

import { format, resolveConfig } from 'prettier';

/** A file's content as the repository formats it. */
export async function formatted(path: string, content: string): Promise<string> {
	return await format(content, { ...(await resolveConfig(path)), filepath: path });
}

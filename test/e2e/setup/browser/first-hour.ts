import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../../../../harness/server/paths';
import { takePicture } from './pictures';

/** The page that shows a new user's first hour. */
export const firstHourPage = join(repository, 'docs', 'first-hour.md');

/** A picture of the page, and what stands beside it. */
interface Shown {
	/** The picture's name, without folder and extension. */
	name: string;
	/** What the page says in “quotation marks” between this picture and the next: what n8n shows. */
	quotes: string[];
}

/** All pictures of the page, in its order; the quotes before the first one belong to none, named ``. */
export function picturesOfPage(): Shown[] {
	const text = readFileSync(firstHourPage, 'utf8').replace(/\s+/g, ' ');
	return text.split(/!\[[^\]]*\]\(images\/first-hour\//).map((part, index) => {
		const end = index === 0 ? 0 : part.indexOf('.png)');
		const quotes = [...part.slice(end).matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote);
		return { name: part.slice(0, end), quotes };
	});
}

/**
 * Takes a picture of the page, once the editor shows everything that the page quotes beside it: a text
 * that is gone from the editor, or is another in the page, is never seen.
 *
 * @param keep as for `takePicture`
 * @throws when the page has no such picture, or quotes nothing of it
 */
export async function showsWhatThePageTells(
	page: Page,
	name: string,
	keep?: 'mouse',
): Promise<void> {
	const { quotes } = picturesOfPage().find((picture) => picture.name === name) ?? { quotes: [] };
	if (quotes.length === 0) throw new Error(`docs/first-hour.md quotes nothing of ${name}.png`);
	for (const quote of quotes) await page.getByText(quote).first().waitFor({ timeout: 15_000 });
	await takePicture(page, `first-hour/${name}`, keep);
}

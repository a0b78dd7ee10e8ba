import { join } from 'node:path';

/** The repository's root. */
export const repository = join(__dirname, '..', '..');

/** The workflows that people import. */
export const examplesDirectory = join(repository, 'examples');

/** What the editor of `npm run dev` keeps from one run to the next. */
export const devFolder = join(repository, '.dev');

// Installs the development dependencies, so that each command of the README works from a fresh clone.
import { join } from 'node:path';
import { installFromLock } from './install/install-from-lock.mjs';

installFromLock(
	join(import.meta.dirname, '..'),
	'Installing the development dependencies (about two minutes the first time)…',
);

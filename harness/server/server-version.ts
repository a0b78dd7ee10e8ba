import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** An n8n that is installed from a lock of its own, beside the others. */
export interface ServerVersion {
	/** The first two numbers of its version, such as `1.123`: what `N8N_VERSION` asks for. */
	line: string;
	/** The whole version, such as `1.123.81`. */
	version: string;
	/** The major version of the Node.js that it runs on. */
	nodeMajor: number;
	/** Where its package.json, its lock and npm's settings for it are. */
	manifests: string;
	/** Where it is installed: outside the checkout, so that all clones share the 2.8 GB. */
	directory: string;
}

interface Manifest {
	dependencies: { n8n: string };
	engines: { node: string };
}

/** A folder for each line, with what it is installed from. */
const recipes = join(__dirname, 'n8n');

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-fal-video');

/** The versions that can be installed, oldest first. */
export const serverVersions: readonly ServerVersion[] = readdirSync(recipes)
	.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
	.map(readVersion);

/** The n8n that this process starts: the newest, or the one that the variable `N8N_VERSION` names. */
export const serverVersion = versionOf(process.env.N8N_VERSION);

/**
 * @param wanted a line such as `1.123`, or nothing for the newest
 * @throws where there is no recipe for it
 */
function versionOf(wanted: string | undefined): ServerVersion {
	const found = wanted
		? serverVersions.find(({ line, version }) => [line, version].includes(wanted))
		: serverVersions.at(-1);
	if (found) return found;
	const lines = serverVersions.map(({ line }) => line).join(', ');
	throw new Error(`N8N_VERSION is ${wanted}: there is a recipe for ${lines}`);
}

function readVersion(line: string): ServerVersion {
	const manifests = join(recipes, line);
	const manifest = JSON.parse(readFileSync(join(manifests, 'package.json'), 'utf8')) as Manifest;
	const nodeMajor = Number(manifest.engines.node);
	// The folder's name says what it was made from: the lock, and the kind of Node.js that sqlite3 is
	// compiled for.
	const name = createHash('sha256')
		.update(readFileSync(join(manifests, 'package-lock.json')))
		.update(isOwn(nodeMajor) ? process.versions.modules : String(nodeMajor))
		.digest('hex')
		.slice(0, 16);
	const version = manifest.dependencies.n8n;
	return { line, version, nodeMajor, manifests, directory: join(cache, `n8n-${name}`) };
}

/** Whether the Node.js that runs this is of a major version. */
export function isOwn(nodeMajor: number): boolean {
	return Number(process.versions.node.split('.')[0]) === nodeMajor;
}

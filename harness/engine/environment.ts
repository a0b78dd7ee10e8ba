import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import { Expression, setGlobalState } from 'n8n-workflow';
import { installGlobalProxyAgent } from '@n8n/backend-network';
import { GlobalConfig } from '@n8n/config';
import { Container } from '@n8n/di';
import { randomBytes } from 'node:crypto';
import Module, { registerHooks } from 'node:module';
import { delimiter } from 'node:path';
import { pathToFileURL } from 'node:url';

/** n8n's libraries of which a process may hold one copy only: nodes are told by their classes. */
const SHARED = /^n8n-(workflow|core)(\/|$)/;

/**
 * Sets n8n's environment variables, unless the caller has set them: a folder of its own instead
 * of the user's `.n8n`, and every log level. Must run before n8n's services are asked for, since
 * they read their settings once.
 *
 * @param scratchDir an empty folder
 */
export function setEnvironment(scratchDir: string): void {
	process.env.N8N_USER_FOLDER ??= scratchDir;
	process.env.N8N_ENCRYPTION_KEY ??= randomBytes(24).toString('base64');
	process.env.N8N_LOG_LEVEL ??= 'debug';
	process.env.N8N_LOG_OUTPUT ??= '';
	process.env.N8N_DIAGNOSTICS_ENABLED ??= 'false';
}

/** Makes further folders of modules visible to a package, as the server does with its own. */
export function addModulePaths(modulePaths: string[]): void {
	if (modulePaths.length === 0) return;
	const { NODE_PATH } = process.env;
	process.env.NODE_PATH = [...modulePaths, ...(NODE_PATH ? [NODE_PATH] : [])].join(delimiter);
	(Module as unknown as { _initPaths(): void })._initPaths();
}

/** Gives packages that bring n8n's libraries along the engine's own, as within a server. */
export function shareLibraries(): void {
	const parentURL = pathToFileURL(__filename).href;
	registerHooks({
		resolve: (name, context, next) =>
			next(name, SHARED.test(name) ? { ...context, parentURL } : context),
	});
}

/**
 * Starts the services that the server starts before it can run a workflow.
 *
 * @param binaryDir where files go (file-system mode)
 */
export async function startServices(binaryDir: string): Promise<void> {
	const { expressionEngine, generic } = Container.get(GlobalConfig);
	setGlobalState({ defaultTimezone: generic.timezone });
	installGlobalProxyAgent();
	const { engine, poolSize, maxCodeCacheSize, bridgeTimeout, bridgeMemoryLimit } = expressionEngine;
	const { idleTimeout, lazyAcquire, compileCache } = expressionEngine;
	await Expression.initExpressionEngine({
		engine,
		poolSize,
		maxCodeCacheSize,
		bridgeTimeout,
		bridgeMemoryLimit,
		idleTimeoutMs: idleTimeout === undefined ? undefined : idleTimeout * 1000,
		lazyAcquire,
		compileCache,
	});
	Container.get(BinaryDataConfig).localStoragePath = binaryDir;
	await Container.get(BinaryDataService).init();
}

export async function stopServices(): Promise<void> {
	await Expression.disposeExpressionEngine();
}

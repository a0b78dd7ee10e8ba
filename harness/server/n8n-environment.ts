import { knownModules } from './server-modules';

/** What a server is started with. */
export interface N8nEnvironmentOptions {
	userFolder: string;
	port: number;
	/** Where n8n talks to the process that runs Code nodes. */
	runnersPort: number;
}

/** Variables that would make this n8n another one than the next developer's. */
const foreign = /^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|npm_|NODE_ENV$|JEST_)/;

/** The environment of an n8n that keeps to its user folder and to this machine. */
export function n8nEnvironment(options: N8nEnvironmentOptions): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(inherited),
		...place(options),
		...quiet,
		// The first is an assistant that needs a key of its own; the second fetches a list at every start.
		N8N_DISABLED_MODULES: knownModules('instance-ai', 'mcp-registry').join(','),
	};
}

/** Where webhooks are called: n8n has renamed the variable, and older versions know the first name alone. */
export function webhookUrl(url: string): NodeJS.ProcessEnv {
	return { WEBHOOK_URL: url, N8N_WEBHOOK_URL: url };
}

function place({ userFolder, port, runnersPort }: N8nEnvironmentOptions): NodeJS.ProcessEnv {
	const url = `http://127.0.0.1:${port}/`;
	return {
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(runnersPort),
		N8N_EDITOR_BASE_URL: url,
		...webhookUrl(url),
		// There is no https here, and not every browser counts 127.0.0.1 as secure.
		N8N_SECURE_COOKIE: 'false',
		N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
	};
}

/** Nothing is reported, looked up, offered or asked: no telemetry, news, templates or survey. */
const quiet: NodeJS.ProcessEnv = {
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	N8N_AI_ENABLED: 'false',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
	N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
};

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serverVersion } from '../../../harness/server/server-version';

/** What an MCP client sees of a tool. */
export interface McpTool {
	name: string;
	description?: string;
	inputSchema: { properties?: Record<string, unknown> };
}

/** What a call of a tool comes back with. */
export interface McpAnswer {
	content: Array<{ type: string; text?: string }>;
	isError?: boolean;
}

/** What is used of the client of the Model Context Protocol's own package. */
interface Client {
	connect(transport: unknown): Promise<void>;
	listTools(): Promise<{ tools: McpTool[] }>;
	callTool(
		call: { name: string; arguments: Record<string, unknown> },
		resultSchema?: undefined,
		options?: { timeout?: number; signal?: AbortSignal },
	): Promise<McpAnswer>;
	close(): Promise<void>;
}

/** Milliseconds that a call may take. */
const limitMs = 120_000;

/** Somebody's AI that reaches n8n by the Model Context Protocol. Its package is the one that n8n brings. */
export class McpClient {
	private constructor(private readonly client: Client) {}

	/**
	 * @param url of an MCP Server Trigger
	 * @param token that it wants to be shown
	 * @throws where it refuses
	 */
	static async connect(url: string, token?: string): Promise<McpClient> {
		const load = createRequire(join(serverVersion.directory, 'package.json'));
		const { Client } = load('@modelcontextprotocol/sdk/client/index.js') as {
			Client: new (own: { name: string; version: string }) => Client;
		};
		const { StreamableHTTPClientTransport } = load(
			'@modelcontextprotocol/sdk/client/streamableHttp.js',
		) as { StreamableHTTPClientTransport: new (url: URL, options: object) => unknown };
		const client = new Client({ name: 'a-client', version: '1.0.0' });
		const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
		const requestInit = { headers };
		await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
		return new McpClient(client);
	}

	async tools(): Promise<McpTool[]> {
		return (await this.client.listTools()).tools;
	}

	/** @param timeoutMs after which the client gives the call up, as those of the package do after 60 s */
	async call(
		name: string,
		values: Record<string, unknown>,
		timeoutMs = limitMs,
	): Promise<McpAnswer> {
		return await this.client.callTool({ name, arguments: values }, undefined, {
			timeout: timeoutMs,
		});
	}

	async close(): Promise<void> {
		await this.client.close();
	}
}

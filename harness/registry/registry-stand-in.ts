import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { CertificateAuthority } from './certificates';
import type { Release } from './releases';

/**
 * A registry of packages in the place of npm's own, behind a forward proxy: n8n takes another registry
 * than npm's only with a licence, and this way it need not know that it talks to another one. Whoever goes
 * through the proxy and trusts the authority reaches this registry under every address that begins with
 * `registry.`, and no other host.
 */
export class RegistryStandIn {
	/** What was asked of the registry: method and path. */
	readonly log: string[] = [];
	private readonly releases: Release[] = [];
	private readonly proxy: Server;
	private readonly registries = new Map<string, Promise<TlsServer>>();
	private readonly sockets = new Set<Socket>();

	private constructor(private readonly authority: CertificateAuthority) {
		this.proxy = createServer((_, response) => response.writeHead(502).end());
		this.proxy.on('connection', (socket: Socket) => this.keep(socket));
		this.proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
			void this.tunnel(request.url ?? '', socket);
		});
	}

	static async start(authority: CertificateAuthority): Promise<RegistryStandIn> {
		const registry = new RegistryStandIn(authority);
		await once(registry.proxy.listen(0, '127.0.0.1'), 'listening');
		return registry;
	}

	/** Publishes a release: it is the latest from now on. */
	publish(release: Release): void {
		this.releases.push(release);
	}

	/** What makes Node.js and npm go through the proxy, and trust the registry. */
	get env(): NodeJS.ProcessEnv {
		const url = `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
		const none = 'localhost,127.0.0.1';
		return {
			HTTPS_PROXY: url,
			https_proxy: url,
			NO_PROXY: none,
			no_proxy: none,
			NODE_EXTRA_CA_CERTS: this.authority.file,
			npm_config_cafile: this.authority.file,
			npm_config_audit: 'false',
			npm_config_update_notifier: 'false',
		};
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		const servers = [this.proxy, ...(await Promise.all(this.registries.values()))];
		await Promise.all(
			servers.map(async (server) => {
				await once(server.close(), 'close');
			}),
		);
	}

	private keep(socket: Socket): void {
		this.sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => this.sockets.delete(socket));
	}

	private async tunnel(target: string, socket: Socket): Promise<void> {
		const [host = ''] = target.split(':');
		if (!host.startsWith('registry.')) {
			socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
			return;
		}
		const { port } = (await this.registryAs(host)).address() as AddressInfo;
		const inside = connect(port, '127.0.0.1');
		this.keep(inside);
		await once(inside, 'connect');
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		socket.pipe(inside).pipe(socket);
	}

	private async registryAs(host: string): Promise<TlsServer> {
		const known = this.registries.get(host) ?? this.open(host);
		this.registries.set(host, known);
		return await known;
	}

	private async open(host: string): Promise<TlsServer> {
		const certificate = await this.authority.certificateFor(host);
		const server = createTlsServer(certificate, (request, response) =>
			this.answer(host, request, response),
		);
		await once(server.listen(0, '127.0.0.1'), 'listening');
		return server;
	}

	private answer(
		host: string,
		{ method, url = '' }: IncomingMessage,
		response: ServerResponse,
	): void {
		this.log.push(`${method} ${url}`);
		const path = decodeURIComponent(url.split('?')[0] ?? '');
		const [, name = '', rest, file] = /^\/([^/]+)(?:\/([^/]+)(?:\/(.+))?)?$/.exec(path) ?? [];
		const own = this.releases.filter(({ manifest }) => manifest.name === name);
		const latest = own.at(-1);
		if (latest === undefined) return json(response, 404, { error: 'Not found' });
		if (rest === '-') {
			const asked = own.find(({ manifest }) => fileOf(manifest) === file);
			if (asked === undefined) return json(response, 404, { error: 'Not found' });
			response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(asked.tarball);
			return;
		}
		if (rest === undefined) {
			const versions = Object.fromEntries(
				own.map((one) => [one.manifest.version, documentOf(one, host)]),
			);
			const tags = { latest: latest.manifest.version };
			return json(response, 200, { name, 'dist-tags': tags, versions });
		}
		const found =
			rest === 'latest' ? latest : own.find(({ manifest }) => manifest.version === rest);
		if (found === undefined) return json(response, 404, { error: 'Not found' });
		json(response, 200, documentOf(found, host));
	}
}

const fileOf = ({ name, version }: Release['manifest']) => `${name}-${version}.tgz`;

/** A version's document: the fields are those of npm's documentation of its registry. */
function documentOf({ manifest, integrity }: Release, host: string): object {
	const tarball = `https://${host}/${manifest.name}/-/${fileOf(manifest)}`;
	return { ...manifest, dist: { tarball, integrity } };
}

function json(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

import {
	createFalCredential,
	credentialOf,
	type CredentialReference,
} from '../../../harness/server/fal-credential';
import type { N8n } from '../../../harness/server/n8n';
import type { N8nServer } from '../../../harness/server/n8n-server';
import { FalStandIn } from '../../../harness/standin/fal-stand-in';
import { OpenAiStandIn } from './openai/openai-stand-in';
import { saveBearerCredential } from './bearer-credential';
import { saveOpenAiCredential } from './openai-credential';
import { startPlace, startServer, type Place } from './place';
import { joinSharedServer } from './shared-server';
import { removeFolder } from './temporary-folder';

/** A credential for each type that the examples use. */
export type CredentialsByType = Record<string, CredentialReference>;

interface Parts<Server extends N8n> extends Place<Server> {
	fal: FalStandIn;
	openAi: OpenAiStandIn;
	credentials: CredentialsByType;
}

/**
 * What most tests stand on: an n8n, and of their own the stand-ins for fal and for OpenAI, with a
 * credential for each.
 */
export class Bench<Server extends N8n = N8n> {
	private parts?: Parts<Server>;

	constructor(private readonly enter: () => Promise<Place<Server>>) {}

	async open(): Promise<void> {
		const place = await this.enter();
		const fal = await FalStandIn.start();
		const openAi = await OpenAiStandIn.start();
		const credentials = {
			falVideoApi: await createFalCredential(place.n8n, 'Fal Video', credentialOf(fal)),
			openAiApi: await saveOpenAiCredential(place.n8n, openAi),
			httpBearerAuth: await saveBearerCredential(place.n8n),
		};
		this.parts = { ...place, fal, openAi, credentials };
	}

	get n8n(): Server {
		return this.opened.n8n;
	}

	get folder(): string {
		return this.opened.folder;
	}

	get fal(): FalStandIn {
		return this.opened.fal;
	}

	get openAi(): OpenAiStandIn {
		return this.opened.openAi;
	}

	get credentials(): CredentialsByType {
		return this.opened.credentials;
	}

	/** Ends what is its own; the server is for who has started it. */
	async close(): Promise<void> {
		await Promise.all([this.fal.close(), this.openAi.close()]);
	}

	protected get opened(): Parts<Server> {
		if (!this.parts) throw new Error('The bench has not been opened');
		return this.parts;
	}
}

/** One whose server belongs to it, and may be stopped and killed. */
export class PrivateBench extends Bench<N8nServer> {
	/** Starts a server again in the same folder and at the same address, after it was stopped or killed. */
	async startAgain(): Promise<void> {
		this.opened.n8n = await startServer(this.folder, Number(new URL(this.n8n.url).port));
	}

	/** Ends all of it, and leaves nothing behind. */
	override async close(): Promise<void> {
		await this.n8n.stop();
		await super.close();
		await removeFolder(this.folder);
	}
}

/**
 * The server that all tests share, for those of a file or of a `describe`: joined before the first of
 * them, the stand-in for fal reset before each. They leave no workflow published.
 *
 * @returns open when the first test runs, and for every `beforeAll` that is declared later
 */
export function useBench(): Bench {
	return use(new Bench(joinSharedServer));
}

/**
 * A server of its own for the tests that end it or need another one.
 *
 * @param install puts this package into the server's home folder
 */
export function usePrivateBench(install?: (folder: string) => Promise<void>): PrivateBench {
	return use(new PrivateBench(async () => await startPlace(install)));
}

function use<Kind extends Bench<N8n>>(bench: Kind): Kind {
	beforeAll(async () => await bench.open());
	beforeEach(() => bench.fal.reset());
	afterAll(async () => await bench.close());
	return bench;
}

import type {
	ICredentialDataDecryptedObject,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { FalStandIn } from '../standin/fal-stand-in';
import { kinds } from '../standin/kinds';
import type { StandInOptions } from '../standin/options';
import type { Submission } from '../standin/submission';
import { EngineProcess } from './client';
import type { EngineProcessOptions, RemoteExecution } from './client';
import type { CredentialTable } from './credentials';
import type { Outcome } from './outcome';
import type { NodeOptions } from './workflow';
import { CREDENTIAL_ID, itemsOf, workflowOf } from './workflow';

/** What the stand-in lets in. */
export const KEY = 'stand-in-key';

/** What an execution of the node is given. */
export interface Given {
	/** Parameters beside the resource, the operation and the prompt, which is the item's `prompt`. */
	parameters?: INodeParameters;
	/** The option collection; polling twice a second goes without saying. */
	options?: INodeParameters;
	/** The input's JSON; one item with a prompt if not given. */
	items?: INodeExecutionData['json'][];
	/** The node's settings. */
	node?: Partial<NodeOptions>;
	/** The id of one of the engine's credentials. */
	credential?: string;
}

/** Credentials by their ids; a function of the stand-in, for those that need its address. */
export type Credentials = (fal: FalStandIn) => Record<string, ICredentialDataDecryptedObject>;

/** n8n's engine with the built package, and a stand-in for fal, which its credential points to. */
export class FalEngine {
	private running?: { fal: FalStandIn; engine: EngineProcess };

	/**
	 * @param options the stand-in's
	 * @param credentials further ones, with the stand-in's key and address where they name none
	 * @param engineOptions the engine's
	 */
	constructor(
		private readonly options: Partial<StandInOptions> = {},
		private readonly credentials: Credentials = () => ({}),
		private readonly engineOptions: Omit<EngineProcessOptions, 'credentials'> = {},
	) {}

	/** One that has been opened. */
	static async start(...given: ConstructorParameters<typeof FalEngine>): Promise<FalEngine> {
		const bench = new FalEngine(...given);
		await bench.open();
		return bench;
	}

	/** Starts both. */
	async open(): Promise<void> {
		const fal = await FalStandIn.start({ durationMs: 0, ...this.options });
		const credentials: CredentialTable = {};
		for (const [id, data] of Object.entries({ [CREDENTIAL_ID]: {}, ...this.credentials(fal) })) {
			const { kind } = fal.options;
			const complete = {
				apiKey: KEY,
				authScheme: kinds[kind].schemes[0] ?? 'Key',
				baseUrl: fal.baseUrl,
				webhookKeysUrl: fal.jwksUrl,
				// What makes a base URL fal's own; a gateway's is none.
				...(kind === 'fal'
					? { platformUrl: fal.platformUrl, uploadUrl: fal.url, catalogUrl: fal.url }
					: {}),
				...data,
			};
			credentials[id] = { name: 'fal', type: 'falVideoApi', data: complete };
		}
		try {
			const engine = await EngineProcess.start({ ...this.engineOptions, credentials });
			this.running = { fal, engine };
		} catch (error) {
			await fal.close();
			throw error;
		}
	}

	/** @throws where it has not been opened */
	get fal(): FalStandIn {
		return this.opened.fal;
	}

	/** @throws where it has not been opened */
	get engine(): EngineProcess {
		return this.opened.engine;
	}

	private get opened(): { fal: FalStandIn; engine: EngineProcess } {
		if (!this.running) throw new Error('The engine has not been opened');
		return this.running;
	}

	/** Starts Video > Generate. */
	start(given: Given = {}): RemoteExecution {
		const { parameters, options, items = [{ prompt: 'A paper boat' }], node, credential } = given;
		const workflow = workflowOf(
			{
				resource: 'video',
				operation: 'generate',
				prompt: '={{ $json.prompt }}',
				...parameters,
				options: { pollIntervalSeconds: 0.5, ...options },
			},
			{
				...(credential ? { credentials: { falVideoApi: { id: credential, name: 'fal' } } } : {}),
				...node,
			},
		);
		return this.engine.run({ workflow, input: itemsOf(...items) });
	}

	/** Runs Video > Generate to its end. */
	async generate(given: Given = {}): Promise<Outcome> {
		return await this.start(given).finished;
	}

	/** What fal accepted for the item with that prompt. */
	submissionOf(prompt: string): Submission {
		const submission = this.fal.submissions.find(({ body }) => body.prompt === prompt);
		if (!submission) throw new Error(`There is no request with the prompt "${prompt}"`);
		return submission;
	}

	async close(): Promise<void> {
		await this.engine.close();
		await this.fal.close();
	}
}

/** The JSON of the items that left the node through an output, successes unless told otherwise. */
export function jsonsOf(outcome: Outcome, node: 'Out' | 'Errors' = 'Out') {
	return outcome.items(node).map(({ json }) => json);
}

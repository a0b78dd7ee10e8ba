import { getAdditionalKeys } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { ICredentialsHelper, isExpression, NodeHelpers, Workflow } from 'n8n-workflow';
import type { PackageTypes } from './node-types';

/** A credential as a user has filled it in. */
export interface CredentialEntry {
	name: string;
	/** The credential type's name. */
	type: string;
	data: ICredentialDataDecryptedObject;
}

/** The credentials of an engine, by their id. */
export type CredentialTable = Record<string, CredentialEntry>;

const noNode: INode = {
	id: '',
	name: '',
	typeVersion: 1,
	type: 'n8n-nodes-base.noOp',
	position: [0, 0],
	parameters: {},
};

/**
 * Credentials out of a table, with defaults, expressions and authentication as in the server's
 * CredentialsHelper.
 */
export class TableCredentials extends ICredentialsHelper {
	constructor(
		private readonly types: PackageTypes,
		private readonly table: CredentialTable,
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		return this.types.parentCredentials(name);
	}

	isCredentialUsableByNode(credentialType: string, nodeType: string): boolean {
		if (!this.types.credential(credentialType).restrictToSupportedNodes) return true;
		return this.types.supportedNodes(credentialType).includes(nodeType);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.types.credential(typeName);
		if (typeof authenticate === 'function') return await authenticate(credentials, requestOptions);
		if (authenticate === undefined) return requestOptions;
		if (!workflow || !node) throw new Error('Generic authentication needs workflow and node');
		requestOptions.headers ??= {};
		if (authenticate.type !== 'generic') return requestOptions;
		const resolve = (value: unknown): string => {
			if (!isExpression(value)) return value as string;
			const keys = { $credentials: credentials };
			const resolved = workflow.expression.getSimpleParameterValue(
				node,
				value,
				'internal',
				keys,
				undefined,
				'',
			);
			return resolved ? String(resolved) : '';
		};
		const target = requestOptions as unknown as Record<string, Record<string, string> | undefined>;
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const fields = (target[part] ??= {});
			for (const [key, value] of Object.entries(values as Record<string, unknown>)) {
				fields[resolve(key)] = resolve(value);
			}
		}
		return requestOptions;
	}

	/** Nothing here expires, so there is nothing to renew. */
	preAuthentication(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication } = this.types.credential(typeName);
		return (await preAuthentication?.call(helpers, credentials)) as
			ICredentialDataDecryptedObject | undefined;
	}

	getCredentials(): Promise<ICredentials> {
		return Promise.reject(new Error('The harness keeps no encrypted credentials'));
	}

	/** @throws if the table has no credential with that id and type */
	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		values?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const entry = this.table[nodeCredentials.id ?? ''];
		if (entry === undefined || entry.type !== type) {
			throw new Error(
				`Credential with ID "${String(nodeCredentials.id)}" does not exist for type "${type}".`,
			);
		}
		const data = structuredClone(entry.data);
		if (raw) return data;
		const complete = NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(type),
			data as INodeParameters,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		for (const key of ['allowedHttpRequestDomains', 'allowedDomains']) {
			const value = data[key];
			if (complete[key] === undefined && value !== undefined) complete[key] = value;
		}
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		if (values) {
			return values.workflow.expression.getParameterValue(
				complete as INodeParameters,
				values.runExecutionData,
				values.runIndex,
				values.itemIndex,
				values.node.name,
				values.connectionInputData,
				mode,
				keys,
				executeData,
				false,
				complete,
			) as ICredentialDataDecryptedObject;
		}
		const workflow = new Workflow({
			nodes: [noNode],
			connections: {},
			active: false,
			nodeTypes: this.types,
		});
		return (await workflow.expression.withIsolate(() =>
			Promise.resolve(
				workflow.expression.getComplexParameterValue(
					noNode,
					complete as INodeParameters,
					mode,
					keys,
					undefined,
					undefined,
					complete as INodeParameters,
				),
			),
		)) as ICredentialDataDecryptedObject;
	}

	updateCredentials(): Promise<void> {
		return Promise.resolve();
	}

	updateCredentialsOauthTokenData(): Promise<void> {
		return Promise.resolve();
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		const { properties, extends: parents = [] } = this.types.credential(type);
		const all: INodeProperties[] = [];
		for (const parent of parents) {
			NodeHelpers.mergeNodeProperties(all, this.getCredentialsProperties(parent));
		}
		NodeHelpers.mergeNodeProperties(all, properties);
		return all;
	}
}

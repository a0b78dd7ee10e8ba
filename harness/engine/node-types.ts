import { LazyPackageDirectoryLoader, PackageDirectoryLoader, RoutingNode } from 'n8n-core';
import type {
	ICredentialTestFunction,
	ICredentialType,
	IDataObject,
	IExecuteFunctions,
	INodeType,
	INodeTypes,
	IVersionedNodeType,
} from 'n8n-workflow';
import { injectDomainRestrictionFields, NodeHelpers } from 'n8n-workflow';
import { standInNodes } from './stand-in-nodes';

/**
 * The nodes and credentials of one built package, the stand-ins for n8n's own nodes, and the nodes of
 * further packages.
 */
export class PackageTypes implements INodeTypes {
	private constructor(
		private readonly loader: PackageDirectoryLoader,
		private readonly further: PackageDirectoryLoader[],
	) {}

	/**
	 * Loads a package as the server loads a community package.
	 *
	 * @param furtherDirs folders of packages whose nodes are loaded when a workflow asks for them, as
	 * the server loads its own
	 * @throws if a package has no `package.json`, or a file it names cannot be loaded
	 */
	static async load(packageDir: string, furtherDirs: string[] = []): Promise<PackageTypes> {
		const loader = new PackageDirectoryLoader(packageDir);
		await loader.loadAll();
		const further = furtherDirs.map((folder) => new LazyPackageDirectoryLoader(folder));
		for (const each of further) await each.loadAll();
		for (const name of Object.keys(loader.known.credentials)) {
			const { type } = loader.getCredential(name);
			type.properties = injectDomainRestrictionFields(type);
		}
		return new PackageTypes(loader, further);
	}

	getByName(fullName: string): INodeType | IVersionedNodeType {
		const standIn = standInNodes[fullName];
		if (standIn) return standIn;
		const [packageName, name] = fullName.split('.');
		const loader = [this.loader, ...this.further].find((each) => each.packageName === packageName);
		if (loader === undefined || name === undefined) {
			throw new Error(`The node type "${fullName}" is neither in the package nor a stand-in`);
		}
		return loader.getNode(name).type;
	}

	getByNameAndVersion(fullName: string, version?: number): INodeType {
		const nodeType = NodeHelpers.getVersionedNodeType(this.getByName(fullName), version);
		if (isDeclarative(nodeType)) {
			// As the server does. Without it WorkflowExecute runs a declarative node by itself, and
			// then the node's requests know nothing of a stop.
			nodeType.execute = async function (this: IExecuteFunctions) {
				return (await new RoutingNode(this as RoutingContext, nodeType).runNode()) ?? [];
			};
		}
		return nodeType;
	}

	getKnownTypes(): IDataObject {
		return this.loader.known.nodes;
	}

	/** @throws if the package has no such credential type */
	credential(name: string): ICredentialType {
		return this.loader.getCredential(name).type;
	}

	/** The function with which a node of the package tests a credential, if one does. */
	credentialTest(credentialName: string): ICredentialTestFunction | undefined {
		for (const name of this.loader.known.credentials[credentialName]?.supportedNodes ?? []) {
			const { description, methods } = NodeHelpers.getVersionedNodeType(
				this.loader.getNode(name).type,
			);
			const entry = description.credentials?.find(({ name }) => name === credentialName);
			if (typeof entry?.testedBy === 'string') return methods?.credentialTest?.[entry.testedBy];
		}
		return undefined;
	}

	parentCredentials(name: string): string[] {
		return this.loader.known.credentials[name]?.extends ?? [];
	}

	supportedNodes(credentialName: string): string[] {
		const nodes = this.loader.known.credentials[credentialName]?.supportedNodes ?? [];
		return nodes.map((node) => `${this.loader.packageName}.${node}`);
	}
}

type RoutingContext = ConstructorParameters<typeof RoutingNode>[0];

function isDeclarative(nodeType: INodeType): boolean {
	const hasRequestDefaults = nodeType.description.requestDefaults !== undefined;
	return (
		!nodeType.execute &&
		!nodeType.supplyData &&
		!nodeType.poll &&
		!nodeType.trigger &&
		(!nodeType.webhook || hasRequestDefaults) &&
		(!nodeType.methods || hasRequestDefaults)
	);
}

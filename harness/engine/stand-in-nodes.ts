import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	NodeConnectionType,
} from 'n8n-workflow';

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

interface StandIn {
	name: string;
	inputs?: NodeConnectionType[];
	outputs?: NodeConnectionType[];
	outputNames?: string[];
	properties?: INodeProperties[];
	execute: Execute;
}

function standIn({ name, execute, ...rest }: StandIn): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: rest.inputs?.length === 0 ? ['trigger'] : ['transform'],
			version: 1,
			description: 'A stand-in of the test harness',
			defaults: { name },
			inputs: rest.inputs ?? ['main'],
			outputs: rest.outputs ?? ['main'],
			outputNames: rest.outputNames,
			properties: rest.properties ?? [],
		},
		execute,
	};
}

const passThrough: Execute = function () {
	return Promise.resolve([this.getInputData()]);
};

interface LoopState {
	waiting?: INodeExecutionData[];
	processed?: INodeExecutionData[];
}

/** Like Loop Over Items: "loop" gets batch after batch; what comes back goes to "done" at last. */
const loop: Execute = function () {
	const state = this.getContext('node') as LoopState;
	const input = this.getInputData();
	if (state.waiting === undefined) {
		state.waiting = [...input];
		state.processed = [];
	} else {
		state.processed = [...(state.processed ?? []), ...input];
	}
	const batch = state.waiting.splice(0, this.getNodeParameter('batchSize', 0) as number);
	if (batch.length > 0) return Promise.resolve([[], batch]);
	const { processed } = state;
	delete state.waiting;
	delete state.processed;
	return Promise.resolve([processed ?? [], []]);
};

type CodeFunction = (
	items: INodeExecutionData[],
) => INodeExecutionData[] | Promise<INodeExecutionData[]>;

/** `source` is the body of a function of `items` that returns items or a promise of them. */
const code: Execute = async function () {
	const source = this.getNodeParameter('source', 0) as string;
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the test's own source
	const run = new Function('items', source) as CodeFunction;
	return [await run(this.getInputData())];
};

/** Node types that workflows need beside the package's own, by their full names. */
export const standInNodes: Record<string, INodeType> = {
	'n8n-nodes-base.manualTrigger': standIn({
		name: 'manualTrigger',
		inputs: [],
		execute: passThrough,
	}),
	'n8n-nodes-base.noOp': standIn({ name: 'noOp', execute: passThrough }),
	'test.loop': standIn({
		name: 'loop',
		outputs: ['main', 'main'],
		outputNames: ['done', 'loop'],
		properties: [{ displayName: 'Batch Size', name: 'batchSize', type: 'number', default: 1 }],
		execute: loop,
	}),
	'test.code': standIn({
		name: 'code',
		properties: [{ displayName: 'Source', name: 'source', type: 'string', default: '' }],
		execute: code,
	}),
};

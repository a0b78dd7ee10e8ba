import type { IExecuteFunctions, IExecuteSingleFunctions } from 'n8n-workflow';

/**
 * One item of a run as n8n's declarative nodes see an item, so that the same code serves an
 * operation that is handed all items at once.
 */
export function itemView(context: IExecuteFunctions, index: number): IExecuteSingleFunctions {
	const view: Partial<IExecuteSingleFunctions> = {
		helpers: context.helpers as unknown as IExecuteSingleFunctions['helpers'],
		logger: context.logger,
		continueOnFail: () => context.continueOnFail(),
		getContext: (type) => context.getContext(type),
		getCredentials: async (type) => await context.getCredentials(type, index),
		getExecutionCancelSignal: () => context.getExecutionCancelSignal(),
		getExecutionId: () => context.getExecutionId(),
		getInputData: () => context.getInputData()[index] ?? { json: {} },
		getItemIndex: () => index,
		getNode: () => context.getNode(),
		getNodeParameter: ((name: string, fallback?: unknown) =>
			context.getNodeParameter(
				name,
				index,
				fallback,
			)) as IExecuteSingleFunctions['getNodeParameter'],
		getWorkflowDataProxy: () => context.getWorkflowDataProxy(index),
	};
	return view as IExecuteSingleFunctions;
}

import type { IExecuteSingleFunctions } from 'n8n-workflow';

/**
 * Tries the node's expressions for all items but the first, as n8n will when it composes them.
 *
 * @param items how many items the run has
 * @returns the error of the first item that has one
 */
export function errorOfLaterItem(
	context: IExecuteSingleFunctions,
	items: number,
): Error | undefined {
	const expressions = expressionsIn(context.getNode().parameters);
	for (let index = 1; index < items; index++) {
		for (const expression of expressions) {
			try {
				context.evaluateExpression(expression, index);
			} catch (error) {
				return error instanceof Error ? error : new Error(String(error));
			}
		}
	}
	return undefined;
}

function expressionsIn(value: unknown): string[] {
	if (typeof value === 'string') {
		// Without the mark of an expression, which n8n sets itself when it evaluates.
		return value.startsWith('=') ? [value.slice(1)] : [];
	}
	return typeof value === 'object' && value !== null
		? Object.values(value).flatMap(expressionsIn)
		: [];
}

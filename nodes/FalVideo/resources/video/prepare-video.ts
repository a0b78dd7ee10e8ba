import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import type { Composed } from '../../execution/run-item';
import { type CheckedInput, checkInput } from './check-input';

/**
 * Checks the input that the fields composed for an item.
 *
 * @throws {InputError} naming the field, the value and what is allowed
 */
export function checkedInput(
	context: IExecuteSingleFunctions,
	{ url, body }: Composed,
): CheckedInput {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return checkInput({
		choice: context.getNodeParameter('model', undefined),
		// The path that the operation's routing made of the model, without its slash.
		model: url?.slice(1),
		body: (body ?? {}) as Record<string, unknown>,
		extraInput: options.extraInput,
	});
}

/** Composed headers or a composed query as they are sent: an option left empty is one not set. */
export function strings(values: IDataObject | undefined): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values ?? {})
			.filter(
				([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
			)
			.map(([name, value]) => [name, String(value as string | number)]),
	);
}

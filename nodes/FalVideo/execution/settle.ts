/**
 * Turns a promise's outcome into a value, so that errors and successes are handled side by side, in
 * order.
 */
export async function settle<Value>(
	promise: Promise<Value>,
): Promise<{ value: Value } | { error: unknown }> {
	try {
		return { value: await promise };
	} catch (error) {
		return { error };
	}
}

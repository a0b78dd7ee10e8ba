/**
 * Turns a promise's end into a value, so that what to do about an error can be decided in one place,
 * in order, beside what to do about success.
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

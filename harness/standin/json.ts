/** What a JSON text can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object; a field that is not there reads `undefined`. */
export type JsonObject = { [field: string]: JsonValue | undefined };

/** Whether a value is a JSON object: neither a list nor a plain value. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON text. Throws when it is none. */
export function parseJson(text: string): JsonValue {
	return JSON.parse(text) as JsonValue;
}

import Ajv, { type ValidateFunction } from 'ajv';
import type { JsonObject } from '../../harness/standin/json';

/** The schema of the body that an OpenAPI document's endpoint takes, with where it stands. */
function inputPointer(document: JsonObject): string {
	const paths = document.paths as Record<string, JsonObject>;
	for (const { post } of Object.values(paths)) {
		if (post === undefined) continue;
		const { requestBody } = post as { requestBody: { content: Record<string, JsonObject> } };
		const { $ref } = requestBody.content['application/json']?.schema as { $ref: string };
		return $ref;
	}
	throw new Error('The document has no endpoint');
}

/** Checks bodies against an endpoint's OpenAPI document, with a validator that nobody here wrote. */
export function validatorOf(document: JsonObject): ValidateFunction {
	// OpenAPI's own keywords are none of JSON Schema's.
	const ajv = new Ajv({ strict: false, allErrors: true });
	ajv.addSchema(document, 'document');
	return ajv.compile({ $ref: `document${inputPointer(document)}` });
}

/** What is wrong with a body, as lines; an input that the document does not have is wrong, too. */
export function faultsOf(document: JsonObject, body: JsonObject): string[] {
	const validate = validatorOf(document);
	validate(body);
	const known = Object.keys(inputsOf(document));
	return [
		...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
		...Object.keys(body)
			.filter((name) => !known.includes(name))
			.map((name) => `/${name} is no input`),
	];
}

/** The inputs of an OpenAPI document's endpoint, by their names. */
export function inputsOf(document: JsonObject): Record<string, JsonObject> {
	const name = inputPointer(document).split('/').at(-1) ?? '';
	const { schemas } = document.components as { schemas: Record<string, JsonObject> };
	return schemas[name]?.properties as Record<string, JsonObject>;
}

import { z } from 'zod';

/** Reads parts of replies that may be of any type: what is of another one is as good as missing. */

/** A text that says something, without the blanks around it. */
export const textSchema = z.string().trim().min(1);

const objectSchema = z.record(z.string(), z.unknown());

/** A value, if it is of that shape. */
export function read<Value>(schema: z.ZodType<Value, z.ZodTypeDef, unknown>, value: unknown) {
	return schema.safeParse(value).data;
}

/** A value, if it is a text that says something. */
export function textIn(value: unknown): string | undefined {
	return read(textSchema, value);
}

/** A value, if it is an object. */
export function objectIn(value: unknown): Record<string, unknown> | undefined {
	return read(objectSchema, value);
}

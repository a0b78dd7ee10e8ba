// Jest's own matchers are of the type `any`, and so switch the types off around them.

/** A text in which this one occurs. */
export const containing = (part: string): unknown => expect.stringContaining(part);

/** A text that this expression matches. */
export const matching = (expression: RegExp): unknown => expect.stringMatching(expression);

/** An object that has at least these fields. */
export const including = (fields: object): unknown => expect.objectContaining(fields);

/** Any value of a type, such as `String`. */
export const anyOf = (type: unknown): unknown => expect.any(type);

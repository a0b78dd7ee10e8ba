/** A text of the catalogue's that n8n does not take for an expression, which begins with `=`. */
export const plain = (text: string) => (text.startsWith('=') ? ` ${text}` : text);

import { videoModel } from '../../nodes/FalVideo/resources/models';
import { InputError } from '../../nodes/FalVideo/execution/errors/input-error';
import { bodyFor } from '../../nodes/FalVideo/resources/video/body';
import { fieldCases } from '../as-they-come';

const VALUES = 2000;

test.each(fieldCases)(
	'$label: two thousand values are each sent right, defaulted or refused',
	(field) => {
		const { label, property, draw } = field;
		const model = videoModel(field.model);
		if (!model) throw new Error(`There is no model ${field.model}`);
		const counts = { sent: 0, defaulted: 0, refused: 0 };
		for (let index = 0; index < VALUES; index++) {
			const { value, sent, refused } = draw(`${label}/${index}`);
			let body: Record<string, unknown> | undefined;
			let message = '';
			try {
				body = bodyFor(model, { prompt: 'A paper boat', [property]: value }, {});
			} catch (error) {
				if (!(error instanceof InputError)) throw error;
				({ message } = error);
			}
			if (refused) {
				expect({ value, body }).toEqual({ value, body: undefined });
				expect(message.startsWith(label)).toBe(true);
				counts.refused += 1;
			} else {
				expect({ value, message, sent: body?.[property] }).toEqual({ value, message: '', sent });
				if (sent === undefined) expect(body).not.toHaveProperty(property);
				counts[sent === undefined ? 'defaulted' : 'sent'] += 1;
			}
		}
		expect(counts.sent).toBeGreaterThan(400);
		expect(counts.refused).toBeGreaterThan(100);
		// An empty prompt is refused.
		if (property !== 'prompt') expect(counts.defaulted).toBeGreaterThan(100);
	},
);

import { replies } from './replies';

it('has many rows, each with a name and a source of its own', () => {
	expect(replies.length).toBeGreaterThanOrEqual(60);
	const names = replies.map(({ where, name }) => `${where}: ${name}`);
	expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	expect(replies.filter(({ source }) => source === '')).toEqual([]);
});

it('asks for no word that the reply does not say', () => {
	for (const { name, body, headers, expect: expected } of replies) {
		const said = `${JSON.stringify(body)} ${JSON.stringify(headers)}`;
		for (const word of [expected.message, expected.type]) {
			if (word === undefined) continue;
			const missing = said.includes(JSON.stringify(word).slice(1, -1)) ? [] : [name, word];
			expect(missing).toEqual([]);
		}
	}
});

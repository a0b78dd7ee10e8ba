import { Answers } from '../../../nodes/FalVideo/resources/catalog/answers';

let time = 0;
let asked: string[] = [];
let answers: Answers;

beforeEach(() => {
	time = 0;
	asked = [];
	answers = new Answers(() => time);
});

const ask = async (key: string) =>
	await answers.of(key, async () => {
		asked.push(key);
		return await Promise.resolve(`${key} ${asked.length}`);
	});

test('an answer is kept for five minutes, each for itself', async () => {
	expect(await ask('a')).toBe('a 1');
	time = 299_999;
	expect(await ask('a')).toBe('a 1');
	expect(await ask('b')).toBe('b 2');
	time = 300_000;
	expect(await ask('a')).toBe('a 3');
	expect(asked).toEqual(['a', 'b', 'a']);
});

test('who asks while an answer is on its way waits for it', async () => {
	const both = [ask('a'), ask('a')];
	expect(await Promise.all(both)).toEqual(['a 1', 'a 1']);
});

test('one that failed is not kept, and both who asked hear of it', async () => {
	const fail = async () => {
		asked.push('a');
		return await Promise.reject<string>(new Error('offline'));
	};
	const both = await Promise.allSettled([answers.of('a', fail), answers.of('a', fail)]);
	expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(asked).toEqual(['a']);
	expect(await ask('a')).toBe('a 2');
});

test('the oldest goes where there are too many', async () => {
	for (let n = 0; n < 201; n++) await ask(String(n));
	expect(asked).toHaveLength(201);
	await ask('200');
	await ask('1');
	expect(asked).toHaveLength(201);
	await ask('0');
	expect(asked).toHaveLength(202);
});

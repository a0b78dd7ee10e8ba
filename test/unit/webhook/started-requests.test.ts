import {
	type Claim,
	StartedRequests,
	type Shelf,
} from '../../../nodes/FalVideoTrigger/started-requests';

/** What is stored, and each callback's own copy of it, as n8n loads it for each. */
class Storage {
	ids: string[] = [];

	load(): Shelf {
		let copy = [...this.ids];
		return {
			read: () => copy,
			write: (ids) => {
				copy = ids;
				this.ids = ids;
			},
		};
	}
}

let storage: Storage;
let requests: StartedRequests;

beforeEach(() => {
	storage = new Storage();
	requests = new StartedRequests();
});

const claim = (id: string, trigger = 'trigger', shelf = storage.load()) =>
	requests.claim(trigger, id, shelf);

function first(claimed: Claim) {
	if (!claimed.isFirst) throw new Error('Another one came first.');
	return claimed;
}

test('the first one starts it, the others of the same moment hear so, later ones too', async () => {
	const one = first(claim('a'));
	const other = claim('a');
	one.keep();
	expect(other).toEqual({ isFirst: false, isStarted: expect.any(Promise) });
	expect(await (other as { isStarted: Promise<boolean> }).isStarted).toBe(true);
	const later = claim('a');
	expect(!later.isFirst && (await later.isStarted)).toBe(true);
});

test('one that does not start it lets the next one try', async () => {
	const one = first(claim('a'));
	const other = claim('a');
	one.release();
	expect(!other.isFirst && (await other.isStarted)).toBe(false);
	expect(storage.ids).toEqual([]);
	first(claim('a'));
});

test('requests, and triggers, do not get into each other’s way', () => {
	first(claim('a')).keep();
	first(claim('b')).keep();
	first(claim('a', 'another trigger', new Storage().load()));
});

test('the next process knows what was started before', () => {
	first(claim('a')).keep();
	requests = new StartedRequests();
	expect(claim('a').isFirst).toBe(false);
});

test('two that overlap lose nothing, whichever is stored last', () => {
	const [early, late] = [storage.load(), storage.load()];
	first(claim('a', 'trigger', early)).keep();
	first(claim('b', 'trigger', late)).keep();
	expect([...storage.ids].sort()).toEqual(['a', 'b']);
});

test('the newest thousand are kept', () => {
	for (let index = 0; index < 1_100; index++) first(claim(`id-${index}`)).keep();
	expect(storage.ids).toHaveLength(1_000);
	expect(storage.ids.at(-1)).toBe('id-1099');
	expect(storage.ids[0]).toBe('id-100');
	expect(claim('id-100').isFirst).toBe(false);
	expect(claim('id-99').isFirst).toBe(true);
});

test('what n8n could not start after all may be tried again', () => {
	const first = requests.claim('trigger', 'a', storage.load());
	if (!first.isFirst) throw new Error('It is the first.');
	first.keep();
	expect(requests.claim('trigger', 'a', storage.load()).isFirst).toBe(false);
	first.undo();
	expect(storage.ids).toEqual([]);
	expect(requests.claim('trigger', 'a', storage.load()).isFirst).toBe(true);
});

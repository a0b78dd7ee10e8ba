/**
 * Does something for each of a list, a few at a time, in order.
 *
 * @param limit how many are under way at once
 * @param work may return `'stop'`: then no further one is begun
 */
export async function eachLimited<Item>(
	items: readonly Item[],
	limit: number,
	work: (item: Item) => Promise<void | 'stop'>,
): Promise<void> {
	let next = 0;
	let stopped = false;
	const worker = async () => {
		while (!stopped && next < items.length) {
			const item = items[next++] as Item;
			if ((await work(item)) === 'stop') stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

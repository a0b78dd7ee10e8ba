/** How long an answer of the catalogue is kept, in milliseconds. */
const keptMs = 300_000;

/** How many answers are kept at most; a schema has some kilobytes. */
const mostKept = 200;

/** Answers of the catalogue, which the editor asks for again and again. */
export class Answers {
	private readonly kept = new Map<string, { at: number; answer: Promise<unknown> }>();

	/** @param now the time in milliseconds, by a clock that nobody sets */
	constructor(private readonly now: () => number) {}

	/**
	 * The answer to a question: a kept one, or the one that is on its way. One that failed is not kept.
	 *
	 * @param key the whole address, with its host
	 */
	async of<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
		const known = this.kept.get(key);
		if (known && this.now() - known.at < keptMs) return (await known.answer) as Answer;
		const answer = ask();
		this.kept.delete(key);
		this.kept.set(key, { at: this.now(), answer });
		const [oldest] = this.kept.keys();
		if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
		void answer.catch(() => {
			if (this.kept.get(key)?.answer === answer) this.kept.delete(key);
		});
		return await answer;
	}
}

/**
 * The moment that a clock in a time zone shows.
 *
 * @param text a date and a time without a zone, such as `2026-11-25T18:00:00`
 * @param timeZone such as `America/New_York`; one that is not known counts as UTC
 */
export function dateInZone(text: string, timeZone: string): Date {
	const wanted = Date.parse(`${text.replace(' ', 'T')}Z`);
	// Twice: the first guess may lie on the other side of a change to summer time.
	const guess = wanted - offsetMs(wanted, timeZone);
	return new Date(wanted - offsetMs(guess, timeZone));
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function offsetMs(moment: number, timeZone: string): number {
	try {
		const format = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
		const parts = Object.fromEntries(
			format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
		);
		const { year = 0, month = 1, day, hour, minute, second } = parts;
		const shown = Date.UTC(year, month - 1, day, hour, minute, second);
		return shown - Math.floor(moment / 1000) * 1000;
	} catch {
		return 0;
	}
}

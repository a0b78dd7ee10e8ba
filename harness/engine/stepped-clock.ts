/**
 * Lets the machine's clock be set, in this process: what `Date.now` and `new Date()` tell from then on
 * is off by the sum of all steps. Time that only runs forward (`performance.now`, timers) is not
 * touched, as on a machine whose clock is set by hand or by a time server.
 *
 * @param ms how far the clock is set forward, or back where it is negative
 */
export function stepClock(ms: number): void {
	offsetMs += ms;
	if (stepped) return;
	stepped = true;
	const { now } = Date;
	Date.now = () => now() + offsetMs;
	// A proxy, so that dates made before, or by V8 itself, are still instances of it.
	globalThis.Date = new Proxy(Date, {
		construct: (target, args: ConstructorParameters<DateConstructor>, newTarget) =>
			Reflect.construct(target, args.length > 0 ? args : [target.now()], newTarget) as Date,
		apply: (target) => new target(target.now()).toString(),
	});
}

let offsetMs = 0;
let stepped = false;

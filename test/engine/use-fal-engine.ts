import { FalEngine, type Credentials } from '../../harness/engine/fal-engine';
import type { StandInOptions } from '../../harness/standin/options';

interface Use {
	/** Further credentials, as for `FalEngine`. */
	credentials?: Credentials;
	/** The stand-in is not reset before each test: they look at one run together. */
	keepsLog?: boolean;
	/**
	 * How many seconds pass in one for the node, not for the stand-in. For tests of what is sent, told
	 * and billed; how long something takes is tested with the real time. @default 1
	 */
	clockSpeed?: number;
}

/**
 * n8n's engine and a stand-in for fal, for the tests of a file or of a `describe`: opened before the
 * first of them, the stand-in reset before each, closed after the last.
 *
 * @param options the stand-in's
 * @returns open when the first test runs, and for every `beforeAll` that is declared later
 */
export function useFalEngine(
	options?: Partial<StandInOptions>,
	{ credentials, keepsLog = false, clockSpeed }: Use = {},
): FalEngine {
	const bench = new FalEngine(options, credentials, { clockSpeed });
	beforeAll(async () => await bench.open());
	if (!keepsLog) beforeEach(() => bench.fal.reset());
	afterAll(async () => await bench.close());
	return bench;
}

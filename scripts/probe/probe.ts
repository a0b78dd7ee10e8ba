import { FalStandIn } from '../../harness/standin/fal-stand-in';
import type { KindName } from '../../harness/standin/kind';
import { kindNames, kinds } from '../../harness/standin/kinds';
import { differencesOf, type Difference } from './differences';
import type { Access } from './exchange';
import { askPaid, type PaidOptions } from './paid';
import { askForFree, type Asked } from './questions';

/** How a host is probed. */
export interface ProbeOptions {
	access: Access;
	/** What it is held against; left out, the kind that it differs least from. */
	kind?: KindName;
	/** Has one video made too. Left out, nothing is asked that costs. */
	paid?: PaidOptions;
}

/** What a probe found. */
export interface Findings {
	kind: KindName;
	host: Asked[];
	picture: Asked[];
	differences: Difference[];
}

/** How the stand-in is waited for: its videos take a moment. */
const PICTURE_PACE: PaidOptions = { pollMs: 20, patienceMs: 20_000, onAccepted: () => {} };

/** Asks a host, asks the stand-in of its kind the same, and holds the answers against each other. */
export async function probe({ access, kind, paid }: ProbeOptions): Promise<Findings> {
	const host = await askForFree(access);
	const fal = await FalStandIn.start({ queueMs: 100, durationMs: 300 });
	try {
		const nearest = kind ?? (await nearestKind(host, fal, access));
		fal.options.kind = nearest;
		const picture = await askForFree(accessTo(fal, access));
		if (paid) {
			host.push(...(await askPaid(access, paid)));
			const scheme = kinds[nearest].schemes[0] ?? 'Key';
			picture.push(...(await askPaid({ ...accessTo(fal, access), scheme }, PICTURE_PACE)));
		}
		return { kind: nearest, host, picture, differences: differencesOf(host, picture) };
	} finally {
		await fal.close();
	}
}

async function nearestKind(host: Asked[], fal: FalStandIn, access: Access): Promise<KindName> {
	let nearest: KindName = 'fal';
	let fewest = Infinity;
	const { pathname } = new URL(access.baseUrl);
	const isAtItsPath = (kind: KindName) => kinds[kind].basePaths[0] === pathname.replace(/\/$/, '');
	// Of those that are alike, one that is found at this path comes first.
	const candidates = [...kindNames.filter(isAtItsPath), ...kindNames];
	for (const kind of candidates) {
		fal.options.kind = kind;
		const count = differencesOf(host, await askForFree(accessTo(fal, access))).length;
		if (count < fewest) [nearest, fewest] = [kind, count];
	}
	return nearest;
}

function accessTo(fal: FalStandIn, { scheme }: Access): Access {
	return { baseUrl: fal.baseUrl, scheme, key: fal.keys[0] ?? '' };
}

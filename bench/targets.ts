import { sequentialSeconds } from './comparison';
import { thisNode } from './contestants/this-node';
import type { HeatResult } from './race';
import type { Results, Target } from './results';
import { steepening } from './statistics';

const MB = 1e6;

/** Holds the results against the targets. */
export function targetsOf(results: Results): Target[] {
	const own = results.comparison.heats.filter(({ contestant }) => contestant === thisNode.name);
	const { scale, thousand, loadTime, download } = results;
	const largestRun = thousand ?? scale.at(-1);
	return [
		...own.filter(({ videos }) => videos === 10).flatMap((heat) => forTen(heat, results)),
		...own.filter(({ medianSeconds }) => medianSeconds === 60).flatMap(forLag),
		...[...scale.filter(({ videos }) => videos === 1000), ...(thousand ? [thousand] : [])].flatMap(
			({ videos, medianSeconds, submitsAtOnce, statusPerSecond, memory }) => {
				const run = `${videos} × ${medianSeconds} s`;
				return [
					upTo(`${run}: submits at once`, submitsAtOnce, 20),
					upTo(`${run}: status requests in a second`, statusPerSecond, 50),
					because(
						upTo(`${run}: memory above idle`, memory.rss / MB, 150, 'MB'),
						'n8n’s engine alone, with a node that returns at once, took 187 MB for 1,000 items',
					),
				];
			},
		),
		...(largestRun?.profile
			? [
					upTo(
						"the node's own code, with all that it calls, per item",
						largestRun.profile.withCallees / largestRun.videos,
						5,
						'ms',
					),
				]
			: []),
		...linear(results),
		upTo('loading the node', loadTime, 30, 'ms'),
		because(
			upTo('200 MB download: memory held', download.held.rss / MB, 60, 'MB'),
			'the first large file raises it so in any Node.js pipeline; it does not grow with the file',
		),
		throughput(results),
	];
}

function forTen({ medianSeconds, total, limit }: HeatResult, { comparison }: Results): Target[] {
	const run = `10 × ${medianSeconds} s`;
	const measured = comparison.heats.find(
		(heat) =>
			heat.contestant.startsWith('sequential') &&
			heat.videos === 10 &&
			heat.medianSeconds === medianSeconds,
	)?.total;
	const slow = measured ?? sequentialSeconds({ videos: 10, medianSeconds });
	const how = measured === undefined ? ' (whose time is computed)' : '';
	const faster = atLeast(`${run}: times faster than the sequential node${how}`, slow / total, 8);
	// Nobody is faster than the slowest video.
	const most = slow / limit;
	if (most < 8) faster.cause = `with these durations ${most.toFixed(1)} is the most possible`;
	return [upTo(`${run}: from the start to all videos`, total, 1.25 * limit + 1, 's'), faster];
}

function forLag({ videos, medianSeconds, lag, statusRequests }: HeatResult): Target[] {
	const run = `${videos} × ${medianSeconds} s`;
	return [
		upTo(`${run}: mean lag`, lag.mean, 0.6, 's'),
		upTo(`${run}: status requests, the most for a video`, statusRequests.max, 20),
	];
}

function throughput({ download: { node, curl, httpRequest } }: Results): Target {
	const target = atLeast('200 MB download: throughput, against curl', node / curl, 0.8);
	// Both stream through n8n's HTTP helper into its binary store; nothing in between is this node's.
	target.cause = `n8n's own HTTP Request node reaches ${withUnit(httpRequest / curl, '')}`;
	return target;
}

function linear({ scale }: Results): Target[] {
	const at = (items: number): [number, number][] =>
		scale.filter(({ videos }) => videos === items).map(({ cpuMs }) => [items, cpuMs]);
	const [[ten], [some], [thousand]] = [at(10), at(300), at(1000)];
	if (!ten || !some || !thousand) return [];
	const what = 'processor time of one more item, from 300 to 1,000 against from 10 to 300';
	// What is measured varies by some per cent from run to run; a parabola would make it four.
	return [upTo(what, steepening(ten, some, thousand), 1.25, '×')];
}

/** Says why a target is not met, as a separate measurement has shown. */
function because(target: Target, cause: string): Target {
	return { ...target, cause };
}

function upTo(what: string, value: number, limit: number, unit = ''): Target {
	const wanted = `at most ${withUnit(limit, unit)}`;
	return { what, wanted, measured: withUnit(value, unit), met: value <= limit };
}

function atLeast(what: string, value: number, limit: number): Target {
	return {
		what,
		wanted: `at least ${withUnit(limit, '')}`,
		measured: withUnit(value, ''),
		met: value >= limit,
	};
}

function withUnit(value: number, unit: string): string {
	const digits = Number.isInteger(value) ? 0 : value < 100 ? 2 : 0;
	return `${value.toFixed(digits)} ${unit}`.trim();
}

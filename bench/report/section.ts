import { type LeftOut, sequentialSeconds } from '../comparison';
import type { HeatResult } from '../race';
import type { Results, Target } from '../results';
import type { ScaleResult } from '../measures/scale';
import type { StreamResult } from '../stream-conditions';
import { markdownTable } from '../../harness/markdown/table';

const MB = 1e6;

/** The benchmark's section of docs/benchmark.md. */
export function sectionOf(results: Results, targets: Target[]): string {
	const { machine, comparison, streams, scale, thousand } = results;
	const medians = [...new Set(comparison.heats.map(({ medianSeconds }) => medianSeconds))];
	return [
		`Measured on ${machine.date} with n8n ${machine.n8n} and Node.js ${machine.node} on ${machine.cores} cores of an ${machine.cpu}, against the stand-in for fal. _×limit_ is the time against the slowest single video's own time at fal; _lag_ is the time from a video's completion to the request for its result, mean (max).`,
		...medians.flatMap((seconds) => comparisonOf(results, seconds)),
		...(streams.length > 0 ? streamsOf(streams) : []),
		...scaleOf([...scale, ...(thousand ? [thousand] : [])]),
		...profileOf(thousand),
		...othersOf(results),
		'**Targets**',
		targetTable(targets),
	].join('\n\n');
}

/** What was to be reached, and whether it was. */
export function targetTable(targets: Target[]): string {
	return markdownTable(
		['target', 'wanted', 'measured', ''],
		targets.map(({ what, wanted, measured, met, cause }) => [
			what,
			wanted,
			measured,
			met ? 'met' : `**falls short**${cause ? `: ${cause}` : ''}`,
		]),
	);
}

function comparisonOf({ comparison }: Results, medianSeconds: number): string[] {
	const heats = comparison.heats.filter((heat) => heat.medianSeconds === medianSeconds);
	const leftOut = comparison.leftOut.filter((heat) => heat.medianSeconds === medianSeconds);
	const counts = [...new Set(heats.map(({ videos }) => videos))].sort((a, b) => a - b);
	const rows = counts.flatMap((videos) => [
		...heats.filter((heat) => heat.videos === videos).map((heat) => heatRow(heat, heats)),
		...leftOut.filter((heat) => heat.videos === videos).map(leftOutRow),
	]);
	return [
		`**Videos of ${medianSeconds} s** (the median; log-normal, sigma 0.2, the same for all)`,
		markdownTable(
			[
				'videos',
				'with',
				'all there after',
				'×limit',
				'faster than sequential',
				'lag',
				'status requests each',
				'streams each',
			],
			rows,
		),
	];
}

function heatRow(heat: HeatResult, heats: HeatResult[]): string[] {
	const { videos, medianSeconds, contestant, total, limit, lag, statusRequests, streams } = heat;
	const slow = heats.find((each) => isSequential(each.contestant) && each.videos === videos);
	const slowTotal = slow?.total ?? sequentialSeconds({ videos, medianSeconds });
	return [
		String(videos),
		contestant,
		`${total.toFixed(1)} s`,
		(total / limit).toFixed(2),
		isSequential(contestant) ? '' : `${(slowTotal / total).toFixed(1)} ×`,
		`${lag.mean.toFixed(2)} s (${lag.max.toFixed(2)} s)`,
		`${statusRequests.mean.toFixed(1)} (${statusRequests.max})`,
		streams.mean.toFixed(1),
	];
}

function isSequential(contestant: string): boolean {
	return contestant.startsWith('sequential');
}

function leftOutRow({ videos, contestant, wouldTake }: LeftOut): string[] {
	const note = `not run: ${Math.round(wouldTake / 60)} min, the sum`;
	return [String(videos), contestant, note, '', '', '', '', ''];
}

function streamsOf(streams: StreamResult[]): string[] {
	const [{ videos = 0, medianSeconds = 0 } = {}] = streams;
	return [
		`**Whatever becomes of the stream of events**: ${videos} videos of ${medianSeconds} s with this node`,
		markdownTable(
			['the stream', 'all there after', '×limit', 'lag', 'status requests each', 'streams each'],
			streams.map(({ stream, total, limit, lag, statusRequests, streams: opened }) => [
				stream,
				`${total.toFixed(1)} s`,
				(total / limit).toFixed(2),
				`${lag.mean.toFixed(2)} s (${lag.max.toFixed(2)} s)`,
				`${statusRequests.mean.toFixed(1)} (${statusRequests.max})`,
				opened.mean.toFixed(1),
			]),
		),
	];
}

function scaleOf(runs: ScaleResult[]): string[] {
	return [
		'**Many items in one run of this node** (fal takes 0.25 s to answer a submit; memory is what the process has above its idle state at most, garbage included)',
		markdownTable(
			[
				'items',
				'all there after',
				'×limit',
				'lag',
				'submits at once',
				'status requests a second',
				'processor time per item',
				'memory (heap)',
			],
			runs.map((run) => [
				`${run.videos} × ${run.medianSeconds} s`,
				`${run.total.toFixed(1)} s`,
				(run.total / run.limit).toFixed(2),
				`${run.lag.mean.toFixed(2)} s (${run.lag.max.toFixed(2)} s)`,
				String(run.submitsAtOnce),
				String(run.statusPerSecond),
				`${((run.cpuMs - run.passingMs) / run.videos).toFixed(1)} ms`,
				`${(run.memory.rss / MB).toFixed(0)} MB (${(run.memory.heap / MB).toFixed(0)} MB)`,
			]),
		),
		'![Processor time and memory from 1 to 1,000 items](images/bench-scale.svg)',
	];
}

function profileOf(run: ScaleResult | undefined): string[] {
	if (!run?.profile) return [];
	const { busy, own, withCallees, garbage, top } = run.profile;
	const each = (ms: number) => `${(ms / run.videos).toFixed(2)} ms`;
	const [most] = top;
	return [
		`Of the ${each(busy)} of processor time that each of the ${run.videos} items of ${run.medianSeconds} s took, ${each(own)} were spent in the node's own code, ${each(withCallees)} in it and all that it calls (n8n's HTTP helper among it), and ${each(garbage)} in collecting garbage.${most ? ` The function with the most: \`${most.name}\`, ${each(most.ms)}.` : ''}`,
	];
}

function othersOf({ loadTime, download }: Results): string[] {
	const perSecond = (bytes: number) => `${(bytes / MB).toFixed(0)} MB/s`;
	return [
		`Loading the node takes ${loadTime.toFixed(1)} ms. A file of 200 MB is downloaded at ${perSecond(download.node)}, n8n's own HTTP Request node does it at ${perSecond(download.httpRequest)}, \`curl\` at ${perSecond(download.curl)}, all from the same server; the process holds ${(download.held.rss / MB).toFixed(0)} MB more meanwhile (${(download.withGarbage.rss / MB).toFixed(0)} MB with the garbage that V8 lets pile up).`,
	];
}

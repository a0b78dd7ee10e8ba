/**
 * `npm run bench`: this node against what people use today, on one stand-in for fal, and what it takes
 * of its machine. Writes bench/results.json, the section of docs/benchmark.md and its plot.
 *
 * `-- --quick`: short videos only, and nothing is written. `-- --full`: also what takes hours.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { installServer } from '../harness/server/install-server';
import { repository } from '../harness/server/paths';
import { compare } from './comparison';
import { thisMachine } from './machine';
import { measureDownload } from './measures/download';
import { loadTime } from './measures/load-time';
import { measureScale, type ScaleResult } from './measures/scale';
import { print } from './print';
import { plot } from './report/plot';
import { writeBenchmarkPage } from './report/benchmark-page';
import { sectionOf } from './report/section';
import { type Results, writeResults } from './results';
import { startStreams } from './stream-conditions';
import { targetsOf } from './targets';

const short = 5;
const long = 60;
const counts = [1, 10, 100, 300, 1000];

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			full: { type: 'boolean', default: false },
		},
	});
	// The loop out of n8n's own nodes needs them.
	await installServer();
	const results = await measure(values);
	const targets = targetsOf(results);
	const section = sectionOf(results, targets);
	console.log(`\n${section}\n`);
	if (!values.quick) {
		await writeResults(results, targets);
		await writeFile(join(repository, 'docs', 'images', 'bench-scale.svg'), plotOf(results.scale));
		await writeBenchmarkPage(section);
	}
	const missed = targets.filter(({ met }) => !met).length;
	print(`${targets.length - missed} targets met, ${missed} not`);
}

async function measure({ quick, full }: { quick: boolean; full: boolean }): Promise<Results> {
	const delay = monitorEventLoopDelay();
	delay.enable();
	const machine = thisMachine();
	print('Against what people use today, and whatever becomes of the stream of events');
	// A few requests a minute: these, too, are in nobody's way.
	const streamEnds = await startStreams(10, quick ? short : long);
	const comparison = await compare(quick ? [short] : [short, long], full);
	const streams = await streamEnds();
	delay.disable();
	print('Up to a thousand items in one run');
	const scale: ScaleResult[] = [];
	for (const videos of counts) scale.push(await measureScale(videos, short));
	const thousand = await measureScale(1000, quick ? short : long, true);
	print('Loading, and downloading');
	return {
		machine,
		comparison,
		streams,
		scale,
		thousand,
		loadTime: await loadTime(),
		download: await measureDownload(),
		standInLate: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
	};
}

function plotOf(scale: ScaleResult[]): string {
	const points = (value: (run: ScaleResult) => number) =>
		scale.map((run): [number, number] => [run.videos, value(run)]);
	return plot([
		{ title: 'Processor time of a run', unit: 's', points: points(({ cpuMs }) => cpuMs / 1000) },
		{ title: 'Memory above idle', unit: 'MB', points: points(({ memory }) => memory.rss / 1e6) },
	]);
}

void main();

import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import { runCommand } from '../../harness/server/run-command';
import { median } from '../statistics';

const rounds = 20;
const nodeFile = join(repository, 'dist', 'nodes', 'FalVideo', 'FalVideo.node.js');

/** In a fresh process, as n8n's start is one: what the node adds once n8n's library is there. */
const script = `
	require('n8n-workflow');
	const before = performance.now();
	require(${JSON.stringify(nodeFile)});
	console.log(performance.now() - before);
`;

/** Milliseconds that loading the built node takes, the median of twenty fresh processes. */
export async function loadTime(): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		times.push(Number(await runCommand(process.execPath, ['-e', script], repository)));
	}
	return median(times);
}

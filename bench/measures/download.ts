import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../harness/server/run-command';
import type { EngineProcess } from '../../harness/engine/client';
import { node, workflowFrom } from '../../harness/engine/workflow';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { promptsOf } from '../contestants/contestant';
import { engineWithNodesBase } from '../contestants/nodes-base';
import { succeeded } from '../contestants/succeeded';
import { generateAll, warmEngine } from '../contestants/this-node';
import { print } from '../print';
import { median } from '../statistics';
import { idleMemory, type Memory, rise, watchMemory } from './memory';

const MB = 1e6;
const fileBytes = 200 * MB;
const rounds = 7;

/** What downloading a file of 200 MB came to. */
export interface DownloadResult {
	/** Bytes per second, the medians of seven each, as are the two that follow. */
	node: number;
	curl: number;
	/** What n8n's own HTTP Request node reaches. */
	httpRequest: number;
	/** Bytes above the idle process: of what is held, and with the garbage that V8 lets pile up. */
	held: Memory;
	withGarbage: Memory;
}

/** This node, n8n's own HTTP Request and `curl`, in turn, from the same server to the same disk. */
export async function measureDownload(): Promise<DownloadResult> {
	const fal = await FalStandIn.start({ durationMs: 0, fileBytes });
	const engine = await warmEngine(fal);
	const nodesBase = await engineWithNodesBase();
	const idle = await idleMemory(engine);
	const folder = await mkdtemp(join(tmpdir(), 'fal-video-bench-'));
	try {
		const byNode = async () => await generateAll(engine, promptsOf(1), { downloadVideo: true });
		// The first one is not counted: it makes the file that curl gets, and warms up what there is.
		await byNode();
		const url = `${fal.mediaUrl}/files/${fal.submissions[0]?.requestId ?? ''}.mp4`;
		const target = join(folder, 'video.mp4');
		const byCurl = async () => await runCommand('curl', ['-sS', '-o', target, url], folder);
		const byHttpRequest = async () => await downloadByHttpRequest(nodesBase, url);
		await byCurl();
		await byHttpRequest();
		const rates = { node: [] as number[], curl: [] as number[], httpRequest: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			await byCurl();
			rates.curl.push(bytesPerSecond(fal));
			await byHttpRequest();
			rates.httpRequest.push(bytesPerSecond(fal));
			await byNode();
			rates.node.push(bytesPerSecond(fal));
		}
		const { peak: withGarbage } = await watchMemory(engine, { everyMs: 20 }, byNode);
		const { peak: held } = await watchMemory(engine, { everyMs: 20, collect: true }, byNode);
		const result = {
			node: median(rates.node),
			curl: median(rates.curl),
			httpRequest: median(rates.httpRequest),
			held: rise(idle, held),
			withGarbage: rise(idle, withGarbage),
		};
		print(
			`200 MB: ${Math.round(result.node / MB)} MB/s, curl ${Math.round(result.curl / MB)} MB/s, n8n's HTTP Request ${Math.round(result.httpRequest / MB)} MB/s; memory +${Math.round(result.held.rss / MB)} MB held`,
		);
		return result;
	} finally {
		await engine.close();
		await nodesBase.close();
		await fal.close();
		await rm(folder, { recursive: true });
	}
}

async function downloadByHttpRequest(engine: EngineProcess, url: string): Promise<void> {
	const options = { response: { response: { responseFormat: 'file' } } };
	const workflow = workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node('Get', 'n8n-nodes-base.httpRequest', { url, options }, { typeVersion: 4.2 }),
		],
		[['Start', 'Get']],
	);
	succeeded(await engine.run({ workflow }).finished);
}

/** From the request for the last file to its last byte, as its server has seen it. */
function bytesPerSecond(fal: FalStandIn): number {
	const last = fal.log.findLast(({ kind }) => kind === 'file');
	if (last?.endedAt === undefined || last.abandoned) throw new Error('The file was not fetched');
	return fileBytes / ((last.endedAt - last.at) / 1000);
}

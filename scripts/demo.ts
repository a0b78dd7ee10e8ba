/**
 * `npm run demo`: a prompt becomes a video. n8n's own engine runs a workflow with the built node,
 * against the stand-in for fal, or against the real fal where FAL_KEY is set.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EngineProcess } from '../harness/engine/client';
import { CREDENTIAL_ID, FAL_VIDEO, workflowOf } from '../harness/engine/workflow';
import { describeMp4 } from './demo/describe-mp4';
import { showProgress } from './demo/progress';
import { queueOf } from './demo/queue';

const outputFolder = join(__dirname, '..', 'demo-output');
const defaultPrompt =
	'A paper boat sails down a rainy street at dusk, reflections in the puddles, slow tracking shot';

async function main(): Promise<void> {
	const prompt = process.argv.slice(2).join(' ').trim() || defaultPrompt;
	const queue = await queueOf(process.env.FAL_KEY);
	console.log(`Prompt   ${prompt}\nQueue    ${queue.name}\n`);
	const engine = await EngineProcess.start({
		credentials: {
			[CREDENTIAL_ID]: {
				name: 'Fal Video',
				type: 'falVideoApi',
				data: { apiKey: queue.key, baseUrl: queue.url },
			},
		},
	});
	try {
		const execution = engine.run({
			workflow: workflowOf({
				resource: 'video',
				operation: 'generate',
				prompt: '={{ $json.prompt }}',
				downloadVideo: true,
			}),
			input: [{ json: { prompt } }],
		});
		process.once('SIGINT', () => execution.stop());
		const outcome = await showProgress(engine, execution.finished);
		const error = outcome.error();
		if (error) {
			console.error(`\n${error.message}\n${error.description ?? ''}`);
			process.exitCode = 1;
			return;
		}
		const [item] = outcome.items(FAL_VIDEO);
		const file = item?.binary?.data;
		if (!file) throw new Error('The execution ended without a video');
		await mkdir(outputFolder, { recursive: true });
		const path = join(outputFolder, file.fileName ?? 'video.mp4');
		const bytes = await engine.binary(file);
		await writeFile(path, bytes);
		console.log(
			`\n${JSON.stringify(item.json, null, 2)}\n\n${describeMp4(bytes)}\n${relative(process.cwd(), path)}`,
		);
	} finally {
		await engine.close();
		await queue.close();
	}
}

void main();

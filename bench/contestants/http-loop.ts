import type { INode } from 'n8n-workflow';
import type { EngineProcess } from '../../harness/engine/client';
import type { Outcome } from '../../harness/engine/outcome';
import { itemsOf, node, workflowFrom } from '../../harness/engine/workflow';
import type { FalStandIn } from '../../harness/standin/fal-stand-in';
import { type Contestant, MODEL } from './contestant';
import { engineWithNodesBase } from './nodes-base';
import { succeeded } from './succeeded';
import { warmUp } from './warm-up';

/**
 * The loop that n8n tutorials teach, out of n8n's own nodes: submit with HTTP Request, Wait, ask with
 * HTTP Request, If it is not complete back to Wait; one loop for all items. Needs the installed n8n
 * server.
 *
 * @param waitSeconds what the Wait node is set to
 */
export function httpLoop(waitSeconds = 5): Contestant {
	return {
		name: `HTTP Request + Wait ${waitSeconds} s + If`,
		enter: async (fal) => {
			const engine = await engineWithNodesBase();
			await warmUp(async (elsewhere) => await run(engine, elsewhere, ['Warm-up'], 0));
			return {
				run: async (prompts) => {
					const outcome = await run(engine, fal, prompts, waitSeconds);
					const { length } = outcome.runs('Result');
					const items = Array.from({ length }, (_, index) => outcome.items('Result', index)).flat();
					const videos = items.map(({ json }) => (json.video as { url: string }).url);
					return { totalMs: outcome.duration, videos };
				},
				close: async () => await engine.close(),
			};
		},
	};
}

async function run(
	engine: EngineProcess,
	fal: FalStandIn,
	prompts: string[],
	waitSeconds: number,
): Promise<Outcome> {
	const workflow = workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			request('Submit', fal, {
				method: 'POST',
				url: `${fal.url}/${MODEL}`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify({ prompt: $json.prompt }) }}',
			}),
			node(
				'Wait',
				'n8n-nodes-base.wait',
				{ resume: 'timeInterval', amount: waitSeconds, unit: 'seconds' },
				{ typeVersion: 1.1 },
			),
			request('Status', fal, { url: '={{ $json.status_url }}' }),
			node('If', 'n8n-nodes-base.if', { conditions: isComplete }, { typeVersion: 2.2 }),
			// Above the others, as one would draw it: n8n takes the upper branch first, so that videos that
			// are complete do not wait for the loop's end.
			{ ...request('Result', fal, { url: '={{ $json.response_url }}' }), position: [0, -200] },
		],
		[
			['Start', 'Submit'],
			['Submit', 'Wait'],
			['Wait', 'Status'],
			['Status', 'If'],
			['If', 'Result', 0],
			['If', 'Wait', 1],
		],
	);
	const input = itemsOf(...prompts.map((prompt) => ({ prompt })));
	return succeeded(await engine.run({ workflow, input }).finished);
}

function request(name: string, fal: FalStandIn, parameters: INode['parameters']): INode {
	const authorization = { name: 'Authorization', value: `Key ${fal.keys[0] ?? ''}` };
	const headers = { sendHeaders: true, headerParameters: { parameters: [authorization] } };
	const all = { ...headers, ...parameters };
	return node(name, 'n8n-nodes-base.httpRequest', all, { typeVersion: 4.2 });
}

/** As the editor writes the condition "status equals COMPLETED". */
const isComplete = {
	options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
	combinator: 'and',
	conditions: [
		{
			id: 'complete',
			leftValue: '={{ $json.status }}',
			rightValue: 'COMPLETED',
			operator: { type: 'string', operation: 'equals' },
		},
	],
};

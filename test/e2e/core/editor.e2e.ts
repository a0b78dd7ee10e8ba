import type { Page } from 'playwright-core';
import { serverVersion, serverVersions } from '../../../harness/server/server-version';
import { useBench } from '../setup/bench';
import { field, nodePanel, openNode, openWorkflow } from '../setup/browser/editor';
import { useEditorPage } from '../setup/browser/editor-page';
import { takePicture } from '../setup/browser/pictures';
import { importWorkflow, readExample } from '../setup/workflows';

/** The versions whose editors the documentation shows side by side. */
const shown = [serverVersions[0], serverVersions.at(-1)];

describe('The editor shows the node’s fields', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('The prompt, the length with its price, and what is done with the video are there', async () => {
		const example = await readExample('text-to-video.json');
		const workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		await openWorkflow(page, bench.n8n.url, workflow.id);
		await openNode(page, 'Fal Video');
		await field(page, 'prompt').waitFor();
		await field(page, 'duration').waitFor();
		await nodePanel(page)
			.getByText('$0.35 for 5 seconds')
			.filter({ visible: true })
			.first()
			.waitFor();
		await nodePanel(page).getByText('Download Video').filter({ visible: true }).first().waitFor();
		if (shown.includes(serverVersion)) await takePicture(page, `editor-${serverVersion.line}`);
	});
});

/**
 * `npm run dev`: a real n8n editor with this package installed as its users install it, a stand-in
 * for fal that costs nothing, and the workflows of `examples/`. What is done in the editor stays
 * in `.dev` for the next run; delete that folder to begin anew.
 */
import { FalStandIn } from '../harness/standin/fal-stand-in';
import { installCommunityPackage } from '../harness/server/community-package';
import { credentialOf, saveFalCredential } from '../harness/server/fal-credential';
import { freePort } from '../harness/server/free-port';
import { installServer } from '../harness/server/install-server';
import { loadExamples } from './dev/load-examples';
import { N8nServer } from '../harness/server/n8n-server';
import { demoOwner, signIn } from '../harness/server/owner';
import { devFolder } from '../harness/server/paths';

async function main(): Promise<void> {
	const interrupted = interruption();
	await installServer();
	await installCommunityPackage(devFolder);

	const fal = await FalStandIn.start({ port: await freePort(8787), durationMs: 8_000 });
	try {
		console.log('Starting n8n (up to a minute the first time)…');
		const n8n = await N8nServer.start({ userFolder: devFolder, port: 5678 });
		try {
			await prepare(n8n, fal);
			await Promise.race([interrupted, n8n.untilEnded()]);
		} finally {
			await n8n.stop();
		}
	} finally {
		await fal.close();
	}
}

/** Fills the editor, and tells what is in it. */
async function prepare(n8n: N8nServer, fal: FalStandIn): Promise<void> {
	await signIn(n8n, demoOwner);
	const standIn = await saveFalCredential(n8n, 'Fal Video (stand-in)', credentialOf(fal));
	const { FAL_KEY: realKey } = process.env;
	if (realKey) await saveFalCredential(n8n, 'Fal Video (real, billed)', { apiKey: realKey });
	const examples = await loadExamples(n8n, standIn);

	console.log(`
n8n's editor     ${n8n.url}
  sign in with   ${demoOwner.email}
  password       ${demoOwner.password}
  its log        ${n8n.logFile}

The stand-in     ${fal.url}
  takes 8 seconds for a video and no money. A prompt with [blocked], [stuck] or [slow=30] in it
  shows how the node takes what can go wrong.
  ${
		realKey
			? 'The credential "Fal Video (real, billed)" uses FAL_KEY.'
			: 'With the variable FAL_KEY set, there is a credential for the real fal too.'
	}
${examples.map(({ id, name }) => `\n${name}\n  ${n8n.url}/workflow/${id}`).join('')}

Open a workflow and press "Execute workflow". Ctrl-C ends n8n and the stand-in.`);
}

/** Resolves when the user (or the system) asks this process to end. */
function interruption(): Promise<void> {
	return new Promise((resolve) => {
		// Not `once`: npm passes on the Ctrl-C that the terminal has sent here already.
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
	});
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});

import type { CredentialReference } from '../../../harness/server/fal-credential';
import type { N8n } from '../../../harness/server/n8n';
import type { OpenAiStandIn } from './openai/openai-stand-in';

/** Makes n8n's own credential for OpenAI, with the stand-in as its base URL. */
export async function saveOpenAiCredential(
	server: N8n,
	openAi: OpenAiStandIn,
): Promise<CredentialReference> {
	const name = 'OpenAI';
	const { id } = await server.rest<CredentialReference>('POST', '/credentials', {
		name,
		type: 'openAiApi',
		data: { apiKey: openAi.key, url: openAi.baseUrl, header: false },
	});
	return { id, name };
}

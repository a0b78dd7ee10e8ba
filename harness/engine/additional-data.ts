import { ExternalSecretsProxy } from 'n8n-core';
import type { ExecutionLifecycleHooks } from 'n8n-core';
import type { ICredentialsHelper, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { GlobalConfig } from '@n8n/config';
import { Container } from '@n8n/di';

interface Options {
	credentialsHelper: ICredentialsHelper;
	executionId: string;
	hooks?: ExecutionLifecycleHooks;
	workflowId: string;
	/** Milliseconds since 1970. */
	timeoutAt?: number;
}

const notHere = (what: string) => (): Promise<never> =>
	Promise.reject(new Error(`The harness has no ${what}`));

/** What the server hands to each execution beside the workflow (an instance at its default URL). */
export function additionalDataOf(options: Options): IWorkflowExecuteAdditionalData {
	const { endpoints } = Container.get(GlobalConfig);
	const base = 'http://localhost:5678/';
	return {
		currentNodeExecutionIndex: 0,
		credentialsHelper: options.credentialsHelper,
		executionId: options.executionId,
		hooks: options.hooks,
		workflowId: options.workflowId,
		executionTimeoutTimestamp: options.timeoutAt,
		instanceBaseUrl: base,
		restApiUrl: base + endpoints.rest,
		formBaseUrl: base + endpoints.form,
		formWaitingBaseUrl: base + endpoints.formWaiting,
		formTestBaseUrl: base + endpoints.formTest,
		webhookBaseUrl: base + endpoints.webhook,
		webhookWaitingBaseUrl: base + endpoints.webhookWaiting,
		webhookTestBaseUrl: base + endpoints.webhookTest,
		mcpBaseUrl: base + endpoints.mcp,
		mcpTestBaseUrl: base + endpoints.mcpTest,
		variables: {},
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		setExecutionStatus: () => {},
		sendDataToUI: () => {},
		logAiEvent: () => {},
		getRunExecutionData: () => Promise.resolve(undefined),
		getRuntimeCredential: () => Promise.resolve(undefined),
		executeWorkflow: notHere('sub-workflows'),
		startRunnerTask: notHere('task runners'),
	};
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Changes } from './changes';
import type { JsonObject } from './json';
import type { StandInOptions } from './options';
import { jsonOfReply, type Reply } from './reply';
import type { Forgery, Signer } from './signing';
import type { Submission } from './submission';
import { callbackBody, startedBody } from './webhook-body';

/** One callback that was sent, and the answer. */
export interface WebhookDelivery {
	requestId: string;
	url: string;
	/** Counted from 1. Callbacks sent by hand are 0, and so are those of a start. */
	attempt: number;
	/** Milliseconds since 1970. */
	at: number;
	/** HTTP status of the answer; `undefined` when there was none (yet). */
	answered?: number;
	/** The answer's body. */
	answer?: string;
}

/** A callback to send by hand. */
export interface ManualWebhook {
	/** What is false about it; left out, nothing. */
	forge?: Forgery;
	/** Where to; left out, where the request asked for. */
	url?: string;
	/** Fields of the body to replace. */
	body?: JsonObject;
}

/** Calls back when a request has ended, again and again until the callback is taken. */
export class Webhooks {
	/** Every attempt, in order. */
	readonly deliveries: WebhookDelivery[] = [];
	private stopping = new AbortController();

	/** @param result the reply to the fetch of a request's result, as fal gives it */
	constructor(
		private readonly options: () => StandInOptions,
		private readonly signer: Signer,
		private readonly changes: Changes,
		private readonly result: (submission: Submission) => Reply,
	) {}

	/** Calls back, for as long as it takes or until the retries are used up. */
	async deliver(submission: Submission): Promise<void> {
		const { webhookUrl } = submission;
		if (webhookUrl === undefined) return;
		const { signal } = this.stopping;
		for (let attempt = 1; attempt <= this.options().webhookAttempts; attempt++) {
			const body = this.bodyFor(submission);
			const { answered } = await this.send(submission, webhookUrl, attempt, body);
			// One that leads elsewhere ends it too: fal's documentation of webhooks.
			if (answered !== undefined && answered >= 200 && answered < 400) return;
			await delay(this.options().webhookRetryMs, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
		}
	}

	/** Says once that a request has started: counted as attempt 0. */
	async tellStart(submission: Submission): Promise<void> {
		const { webhookUrl } = submission;
		if (webhookUrl === undefined) return;
		await this.send(submission, webhookUrl, 0, startedBody(submission.requestId));
	}

	/** Sends one callback, true or false, and resolves with the answer. */
	async sendByHand(submission: Submission, manual: ManualWebhook): Promise<WebhookDelivery> {
		const url = manual.url ?? submission.webhookUrl;
		if (url === undefined) throw new Error('The request was submitted without fal_webhook.');
		const body = { ...this.bodyFor(submission), ...manual.body };
		return await this.send(submission, url, 0, body, manual.forge);
	}

	/** Sends no more for the requests so far. */
	stop(): void {
		this.stopping.abort();
		this.stopping = new AbortController();
	}

	/** Stops and forgets all deliveries. */
	clear(): void {
		this.stop();
		this.deliveries.length = 0;
	}

	private async send(
		submission: Submission,
		url: string,
		attempt: number,
		content: JsonObject,
		forge?: Forgery,
	): Promise<WebhookDelivery> {
		const { requestId } = submission;
		const body = JSON.stringify(content);
		const { webhookSigning, webhookTimeoutMs, webhookSkewSeconds: skewSeconds } = this.options();
		const signature = webhookSigning
			? this.signer.headersFor(requestId, body, forge, skewSeconds)
			: {};
		const delivery: WebhookDelivery = { requestId, url, attempt, at: Date.now() };
		this.deliveries.push(delivery);
		this.changes.announce();
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', ...signature },
				body,
				redirect: 'manual',
				signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(webhookTimeoutMs)]),
			});
			delivery.answer = await response.text();
			delivery.answered = response.status;
		} catch {
			// Nobody there, or too slow: `answered` stays open.
		}
		this.changes.announce();
		return delivery;
	}

	private bodyFor(submission: Submission): JsonObject {
		const { requestId, outcome } = submission;
		const payload = jsonOfReply(this.result(submission));
		return callbackBody(this.options().webhookForm, requestId, outcome, payload);
	}
}

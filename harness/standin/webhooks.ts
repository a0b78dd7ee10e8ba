import { setTimeout as delay } from 'node:timers/promises';
import type { Changes } from './changes';
import type { JsonObject, JsonValue } from './json';
import type { StandInOptions } from './options';
import type { Forgery, Signer } from './signing';
import type { Submission } from './submission';

/** Attempts after the first. */
const RETRIES = 10;

/** One callback that was sent, and the answer. */
export interface WebhookDelivery {
	requestId: string;
	url: string;
	/** Counted from 1. Callbacks sent by hand are 0. */
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

	/** @param result the body of a request's result */
	constructor(
		private readonly options: () => StandInOptions,
		private readonly signer: Signer,
		private readonly changes: Changes,
		private readonly result: (submission: Submission) => JsonValue,
	) {}

	/** Calls back, for as long as it takes or until the retries are used up. */
	async deliver(submission: Submission): Promise<void> {
		const { webhookUrl } = submission;
		if (webhookUrl === undefined) return;
		const { signal } = this.stopping;
		for (let attempt = 1; attempt <= 1 + RETRIES; attempt++) {
			const { answered } = await this.send(submission, webhookUrl, attempt);
			if (answered !== undefined && answered >= 200 && answered < 300) return;
			await delay(this.options().webhookRetryMs, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
		}
	}

	/** Sends one callback, true or false, and resolves with the answer. */
	async sendByHand(submission: Submission, manual: ManualWebhook): Promise<WebhookDelivery> {
		const url = manual.url ?? submission.webhookUrl;
		if (url === undefined) throw new Error('The request was submitted without fal_webhook.');
		return await this.send(submission, url, 0, manual);
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
		{ forge, body: replaced = {} }: ManualWebhook = {},
	): Promise<WebhookDelivery> {
		const { requestId } = submission;
		const body = JSON.stringify({ ...this.bodyFor(submission), ...replaced });
		const { webhookSigning, webhookTimeoutMs } = this.options();
		const signature = webhookSigning ? this.signer.headersFor(requestId, body, forge) : {};
		const delivery: WebhookDelivery = { requestId, url, attempt, at: Date.now() };
		this.deliveries.push(delivery);
		this.changes.announce();
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', ...signature },
				body,
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
		const ids = { request_id: requestId, gateway_request_id: requestId };
		const payload = this.result(submission);
		if (outcome.status < 400) return { ...ids, status: 'OK', error: null, payload };
		return { ...ids, status: 'ERROR', error: `Invalid status code: ${outcome.status}`, payload };
	}
}

/** Where replies are known from, so that each is named in one way. */
export const QUEUE_DOCS = "fal's documentation, Queue";
export const CANCEL_DOCS = "fal's API reference, Cancel a request";
export const ERROR_DOCS = "fal's documentation, Errors";
export const REQUEST_ERROR_DOCS = "fal's documentation, Request errors";
export const WEBHOOK_DOCS = "fal's documentation, Webhooks";
export const MODEL_SCHEMA = "fal's OpenAPI document of a model";
export const LOCK_REPORTS = 'reports to fal: fal-ai/fal issues 1147, 1163, 1168';
export const MEASURED = 'measured against the live service by others';
export const CLIENTS = 'clients that run against the live service';
export const RESELLER_DOCS = 'documentation of the hosts that resell fal with a Bearer key';
export const NEW_API = 'source of QuantumNous/new-api, which such hosts run';
export const UNIAPI_DOCS = 'documentation of UniAPI, FalAI';
export const QINIU_DOCS = 'documentation of Qiniu, queue';
export const PROXY = 'a proxy or firewall, as nginx and Cloudflare answer';
export const GUESS = 'a guess: nobody is known to have seen it';

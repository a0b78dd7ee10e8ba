/**
 * n8n's hooks for the webhooks that a node registers with a service. fal is told the address with
 * each request instead, so there is nothing to register, and nothing to clean up.
 */
export const noRegistration = {
	default: {
		checkExists: () => Promise.resolve(true),
		create: () => Promise.resolve(true),
		delete: () => Promise.resolve(true),
	},
};

import type { N8n } from './n8n';

export interface Owner {
	email: string;
	password: string;
}

/** The login of an n8n that only this machine can reach. */
export const demoOwner: Owner = { email: 'demo@example.com', password: 'Stand-in-1' };

interface Settings {
	userManagement: { showSetupOnFirstLoad?: boolean };
}

/** Signs in; in a new user folder, makes the account first. */
export async function signIn(server: N8n, { email, password }: Owner): Promise<void> {
	const { userManagement } = await server.rest<Settings>('GET', '/settings');
	if (userManagement.showSetupOnFirstLoad) {
		const owner = { email, password, firstName: 'Demo', lastName: 'Owner' };
		await server.rest('POST', '/owner/setup', owner);
	} else {
		await server.rest('POST', '/login', { emailOrLdapLoginId: email, password });
	}
}

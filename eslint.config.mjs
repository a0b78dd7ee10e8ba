// n8n's own rules for what is published, as its command line tool brings them: the ones that decide
// whether a package is verified. Everything else is eslint.rest.config.mjs's.
import { config } from '@n8n/node-cli/eslint';
import { globalIgnores } from 'eslint/config';

export default [
	globalIgnores(['*', '!nodes/', '!credentials/', '!package.json', '**/__schema__/']),
	...config,
];

import js from '@eslint/js';
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import { defineConfig } from 'eslint/config';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts'];
/** What n8n loads, and what its rules are about. Tests and scripts never run inside n8n. */
const published = ['nodes/**/*.ts', 'credentials/**/*.ts'];

export default defineConfig([
	{
		name: 'ignored',
		ignores: ['dist/', '**/node_modules/', '.dev/', 'demo-output/', 'coverage/'],
	},

	{
		name: 'general',
		files: typescript,
		extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-explicit-any': 'error',
			'no-restricted-syntax': [
				'error',
				{
					selector: 'ExportDefaultDeclaration',
					message: 'Give it a name: the same one then stands in every file that uses it.',
				},
			],
		},
	},

	{
		name: 'tests',
		files: ['test/**/*.ts', 'harness/**/*.ts'],
		// jest declares what `expect.any`, `expect.objectContaining` and their like return as `any`.
		rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
	},

	{
		name: 'plain JavaScript, run by node before TypeScript can be',
		files: ['**/*.{js,mjs}'],
		extends: [js.configs.recommended],
		languageOptions: {
			globals: {
				console: 'readonly',
				exports: 'writable',
				module: 'writable',
				process: 'readonly',
				require: 'readonly',
			},
		},
	},

	{
		name: 'what n8n loads',
		files: published,
		extends: [communityNodes.configs.recommended],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: { 'no-console': 'error' },
	},

	{
		name: 'nodes',
		files: ['nodes/**/*.ts'],
		rules: {
			...nodesBase.configs.nodes.rules,
			// These two want the literal ['main'], where n8n's newer rule `node-connection-type-literal`
			// wants NodeConnectionTypes.Main.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},

	{
		name: 'credentials',
		files: ['credentials/**/*.ts'],
		rules: {
			...nodesBase.configs.credentials.rules,
			// For n8n's own repository, where documentationUrl is a camel cased page name. In a
			// community package it is a URL (`cred-class-field-documentation-url-not-http-url`).
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},

	{
		name: 'package.json',
		files: ['package.json'],
		extends: [communityNodes.configs.recommended],
		plugins: { 'n8n-nodes-base': nodesBase },
		languageOptions: {
			// Both plugins read package.json as this parser sees it, not as @eslint/json does.
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
		rules: nodesBase.configs.community.rules,
	},
]);

// All TypeScript and JavaScript of the project, typed: what n8n's own rules (eslint.config.mjs) do not
// look at, and for what n8n loads, TypeScript's rules besides.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig([
	{
		name: 'ignored',
		ignores: ['dist/', '**/node_modules/', '.dev/', 'demo-output/', 'coverage/'],
	},

	{
		name: 'general',
		files: ['**/*.ts'],
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
]);

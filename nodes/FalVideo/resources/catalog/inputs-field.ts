import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** The inputs of a model that is not on the list, as fields that are read from fal's catalogue. */
export const inputsField = (show: NonNullable<IDisplayOptions['show']>): INodeProperties => ({
	displayName: 'Inputs',
	name: 'modelInputs',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description:
		'What the model takes beside the prompt. Only what you add is sent; for all else the model has its own way.',
	typeOptions: {
		loadOptionsDependsOn: ['customModel.value', 'operation', 'source'],
		resourceMapper: {
			resourceMapperMethod: 'getModelInputs',
			// In mode "add", n8n refuses to start where a required field is empty and Model is an expression.
			mode: 'map',
			addAllFields: false,
			supportAutoMap: false,
			valuesLabel: 'Inputs',
			fieldWords: { singular: 'input', plural: 'inputs' },
		},
	},
	displayOptions: { show },
});

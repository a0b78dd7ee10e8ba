import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { objectIn, textIn } from '../../queue/read';
import { settle } from '../../execution/settle';
import { isEmpty } from '../checks';
import { customChoiceOf, customEndpoint, isEndpointId } from '../custom-model';
import type { Source } from '../models';
import { CatalogFault, inputsOfModel, type ListedModel, listedModels } from './catalog';
import { fieldsOfInputs, goneField, type InputField } from './mapper-fields';

type Search = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** Where the list goes on: the kind, its cursor, whether what was typed has been listed as an id, and that. */
type Place = [kind?: Source, cursor?: string | null, isKnown?: boolean, typed?: string];

/** The list of models in the editor, of one kind after the other. */
const search = (...sources: [Source, ...Source[]]): Search =>
	async function (filter = '', paginationToken = '') {
		const text = filter.trim();
		const given = JSON.parse(paginationToken || '[]') as Place;
		// The editors of n8n 1.123 and 2.0 give the place in the list of what was typed before, where one goes on
		// typing while that list is on its way.
		const start: Place = given[3] === text ? given : [];
		let [kind = sources[0], cursor, isKnown = false] = start;
		for (;;) {
			const page = await settle(
				listedModels(this, kind, { search: text, cursor: cursor ?? undefined }),
			);
			if ('error' in page) return { results: [...asItIs(text), notice(page.error)] };
			const { models, cursor: next } = page.value;
			const following = next === undefined ? sources[sources.indexOf(kind) + 1] : kind;
			isKnown ||= models.some(({ id }) => id === text);
			const results = models.map(asResult);
			if (following === undefined)
				return { results: [...results, ...(isKnown ? [] : asItIs(text))] };
			if (results.length > 0) {
				const place: Place = [following, next ?? null, isKnown, text];
				return { results, paginationToken: JSON.stringify(place) };
			}
			// A list that is empty cannot be scrolled to its next page.
			kind = following;
			cursor = next;
		}
	};

const asResult = ({ id, name, description }: ListedModel): INodeListSearchItems => ({
	name: `${name} (${id})`,
	value: id,
	url: `https://fal.ai/models/${id}`,
	...(description ? { description } : {}),
});

// What was typed may be an endpoint that the catalogue does not list, such as a private one.
function asItIs(text: string): INodeListSearchItems[] {
	return isEndpointId(text) ? [{ name: `Use ${text} as it is`, value: text }] : [];
}

// The list's own error has no room for words: they stand in it as a line that chooses nothing.
function notice(error: unknown): INodeListSearchItems {
	return {
		name: `fal’s catalogue gives no list: ${reasonOf(error)}. Choose By ID instead.`,
		value: '',
	};
}

const reasonOf = (error: unknown) =>
	error instanceof CatalogFault ? error.message : 'fal’s catalogue cannot be asked';

/** Where fields of a model's inputs cannot be shown: what goes on working all the same. */
const works =
	'The workflow runs all the same: the prompt is sent, and what stands in Options > Extra Model Inputs.';

/**
 * The inputs of the model that Other Model names, as fields of the mapper. Where the catalogue cannot
 * be asked, those that the workflow has saved stay.
 */
async function getModelInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const given = this.getCurrentNodeParameter('customModel');
	const choice = customChoiceOf(given);
	if (typeof choice === 'string' && choice.startsWith('=')) {
		return {
			// Whatever model they are of: at run time it may be that one.
			fields: savedFields(this).fields,
			emptyFieldsNotice: `Other Model is an expression, so it is not known here which inputs the model has. ${works}`,
		};
	}
	const model = customEndpoint(given);
	if (model === undefined) {
		return { fields: [], emptyFieldsNotice: 'Choose a model under Other Model to see its inputs.' };
	}
	const { fields: saved, values } = savedFields(this, model);
	const inputs = await settle(inputsOfModel(this, model));
	if ('error' in inputs) {
		return {
			fields: saved,
			emptyFieldsNotice: `The inputs of ${model} are not known here: ${reasonOf(inputs.error)}. ${works}`,
		};
	}
	const fields: ResourceMapperField[] = fieldsOfInputs(model, inputs.value, sourceIn(this));
	const gone = saved.filter(
		({ id, removed }) =>
			!removed && !isEmpty(values[id]) && !fields.some((field) => field.id === id),
	);
	return {
		fields: [...fields, ...gone.map(goneField)],
		emptyFieldsNotice: `${model} has no inputs beside the prompt.`,
	};
}

function savedFields(
	context: ILoadOptionsFunctions,
	model?: string,
): { fields: InputField[]; values: Record<string, unknown> } {
	const mapper = objectIn(context.getCurrentNodeParameter('modelInputs'));
	const schema = Array.isArray(mapper?.schema) ? (mapper.schema as InputField[]) : [];
	const fields = schema.filter((field) => {
		const own = textIn(objectIn(objectIn(field)?.fal)?.model);
		return own !== undefined && (model === undefined || own === model);
	});
	return { fields, values: objectIn(mapper?.value) ?? {} };
}

function sourceIn(context: ILoadOptionsFunctions): Source {
	const operation = context.getCurrentNodeParameter('operation');
	if (operation === 'generateFromImage') return 'image';
	const source = context.getCurrentNodeParameter('source');
	return operation === 'generateAndSuspend' && source === 'image' ? 'image' : 'text';
}

/** What the editor calls while a node is built. */
export const catalogMethods = {
	listSearch: {
		searchTextModels: search('text'),
		searchImageModels: search('image'),
		searchModels: search('text', 'image'),
	},
	resourceMapping: { getModelInputs },
};

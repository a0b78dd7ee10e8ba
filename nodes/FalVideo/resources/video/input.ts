import type { INodeProperties } from 'n8n-workflow';
import { customModel } from '../custom-model';
import { type InputName, takes, type VideoModel, videoModels } from '../models';

/** A field of the editor, without what its row says of it: when it is shown, and what it sends. */
export type Field = Omit<INodeProperties, 'displayOptions' | 'routing'>;

/** What an item gives for one of a model's inputs. */
export interface Given {
	/** The value of the input's field, of any type, since expressions may give it. */
	value: unknown;
	model: VideoModel;
	/** What the other fields give, by fal's names. */
	composed: Readonly<Record<string, unknown>>;
	/** The option Extra Model Inputs, which may stand in for a field. */
	extra: Readonly<Record<string, unknown>>;
	/** The node's fields as they stand there, expressions unread. */
	written: Readonly<Record<string, unknown>>;
}

/** One input: how it is shown, checked and sent. */
export interface Input<Property extends string, Value> {
	/** fal's name, or for a field that only decides what others send, one of its own. */
	property: Property;
	/** The input that a model must have to be shown the field. @default the property */
	of?: InputName;
	/** Whether custom models get it too. @default false */
	custom?: true;
	/** The choices of another field that it is shown for, besides. */
	when?: Readonly<Record<string, string[]>>;
	/** The field, or one of the same name for each of several groups of models. */
	fields: Field | ((models: readonly VideoModel[]) => FieldGroup[]);
	/**
	 * What is sent.
	 *
	 * @returns `undefined`: nothing is sent
	 * @throws {InputError} naming the field, the value and what is allowed
	 */
	check: (given: Given) => Value | undefined;
}

/** A field as a group of models has it. */
export interface FieldGroup {
	field: Field;
	/** Left out: the one for a model that is not known yet, as where an expression gives it. */
	models?: readonly VideoModel[];
	/** The choices of another field that it is shown for, besides. */
	when?: Readonly<Record<string, string[]>>;
	/** Of the one for a model that is not known yet: those that it is not for. @default all */
	except?: readonly VideoModel[];
}

/** Keeps the types of a row's property and value. */
export const input = <const Property extends string, Value>(row: Input<Property, Value>) => row;

/** Models in groups that have something in common, in the order in which it first comes. */
export function grouped(
	models: readonly VideoModel[],
	inCommon: (model: VideoModel) => string,
): VideoModel[][] {
	const groups = new Map<string, VideoModel[]>();
	for (const model of models) {
		const key = inCommon(model);
		groups.set(key, [...(groups.get(key) ?? []), model]);
	}
	return [...groups.values()];
}

type Row = Pick<Input<string, unknown>, 'property' | 'of' | 'custom' | 'when' | 'fields'>;

/** The input that decides whether a model is shown a row's field. */
export const inputOf = ({ property, of = property as InputName }: Row): InputName => of;

const idsOf = (models: readonly VideoModel[]) => models.map(({ id }) => id);

/**
 * The fields of a row, each shown for the models that it is for.
 *
 * A field is hidden where the model is known not to take it, so that all are there where Model is an
 * expression whose value is not known yet.
 */
export function fieldsOf(
	row: Row,
	show: NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>,
): INodeProperties[] {
	const { property, fields, custom, when } = row;
	const taking = videoModels.filter((model) => takes(model, inputOf(row)));
	const others = videoModels.filter((model) => !taking.includes(model));
	const hidden = [...idsOf(others), ...(custom ? [] : [customModel])];
	const groups = typeof fields === 'function' ? fields(taking) : [{ field: fields }];
	const listed = [...idsOf(videoModels), customModel];
	const hiddenOf = ({ except }: FieldGroup) =>
		except ? idsOf(except) : groups.length > 1 ? listed : hidden;
	return groups.map((group: FieldGroup) => ({
		...group.field,
		displayOptions: group.models
			? { show: { ...show, model: idsOf(group.models), ...group.when } }
			: { show: { ...show, ...when }, hide: { model: hiddenOf(group) } },
		routing: { send: { type: 'body' as const, property } },
	}));
}

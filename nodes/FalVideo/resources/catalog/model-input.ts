/** One form that a value of an input may have. */
export interface Form {
	type: 'text' | 'number' | 'integer' | 'switch' | 'list' | 'object' | 'any';
	/** The values that there are, in the type that the model wants: `"8s"`, `6` and `"6"` differ. */
	choices?: Array<string | number | boolean>;
	/** Of a number: its limits; of a text its length in characters, of a list its length in items. */
	min?: number;
	max?: number;
	/** Whether a number must be beyond its limit, rather than at it. */
	beyondMin?: boolean;
	beyondMax?: boolean;
	/** Of a list: the form of its items, where it is a simple one. */
	items?: Form;
}

/** One input of a model, as its schema in fal's catalogue describes it. */
export interface ModelInput {
	/** fal's name, such as `negative_prompt`. */
	name: string;
	/** What fal calls it, such as `Negative Prompt`. */
	title: string;
	description?: string;
	isRequired: boolean;
	/** What the model takes where nothing is sent. */
	default?: unknown;
	/** The forms that a value may have: any of them. */
	forms: Form[];
}

/** Whether an input takes an image: its address, or a list of addresses. */
export function takesPicture({ name, forms }: Pick<ModelInput, 'name' | 'forms'>): boolean {
	const isNamed = /(^|_)(image|img|photo|picture|frame|mask)s?(_[a-z0-9]+)*_urls?$/.test(name);
	return isNamed && forms.some((form) => isText(form) || (form.items && isText(form.items)));
}

const isText = ({ type, choices }: Form) => type === 'text' && choices === undefined;

/** Names of the image that a video begins with, the most common first. */
const startNames = ['image_url', 'start_image_url', 'first_frame_url', 'first_frame_image_url'];

/** The input that the image goes into which a video is made of, if the model has one. */
export function startPicture<Input extends ModelInput>(
	inputs: readonly Input[],
): Input | undefined {
	const pictures = inputs.filter(takesPicture);
	for (const name of startNames) {
		const input = pictures.find((one) => one.name === name);
		if (input) return input;
	}
	return pictures.find((one) => one.isRequired) ?? pictures[0];
}

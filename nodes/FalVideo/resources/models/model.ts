/** The longest prompt and negative prompt, in characters (Unicode code points). */
export const longestPrompt = 2500;

/** The most shots that a video may have. */
export const mostShots = 6;

/** The longest shot, in seconds. */
export const longestShot = 15;

/** fal's names of the inputs that have a field here. Others go through Extra Model Inputs. */
export type InputName =
	| 'prompt'
	| 'multi_prompt'
	| 'shot_type'
	| 'duration'
	| 'resolution'
	| 'aspect_ratio'
	| 'negative_prompt'
	| 'cfg_scale'
	| 'generate_audio'
	| 'camera_control'
	| PictureInput
	| EndPictureInput;

/** fal's names of the picture that a video begins with. */
export type PictureInput = 'image_url' | 'start_image_url';

/** fal's names of the picture that a video ends with. */
export type EndPictureInput = 'tail_image_url' | 'end_image_url';

/** What a model says of one of its inputs. */
export interface InputFacts {
	/** The values that it takes; without them, any of its kind. */
	choices?: readonly string[];
	/** What the model uses where nothing is sent; left out where it is not known. */
	default?: string | number | boolean;
	/** Whether it wants a whole number, where other models want a text. */
	isInteger?: true;
}

/** What a model makes a video of: a text, or an image that it sets in motion. */
export type Source = 'text' | 'image';

/** What a price holds for: the sound, or the resolution. */
export type PricedAs = 'silent' | 'sound' | '720p' | '1080p';

/** What a second of a model's video costs at fal. */
export interface Price {
	/** One for each way that is priced by itself. */
	perSecond: ReadonlyArray<{ usd: number; as?: PricedAs }>;
	/** Whether sources differ, so that it is said as "about". */
	about?: true;
}

/** One model: all that fields, checks, prices and docs say of it. */
export interface VideoModel {
	/** fal's endpoint id, and the path of the POST. */
	id: string;
	/** What the list shows. */
	name: string;
	/** What it makes a video of. */
	from: Source;
	/** What it is for, in a few words. */
	line: string;
	inputs: Readonly<Partial<Record<InputName, InputFacts>>>;
	/** Left out where it is not known. */
	price?: Price;
}

/** Whether a model has an input. */
export const takes = (model: VideoModel, input: InputName): boolean => input in model.inputs;

/** The lengths in seconds that a model makes, shortest first. */
export const durationsOf = ({ inputs }: VideoModel): readonly string[] =>
	inputs.duration?.choices ?? [];

/** The name of the input that a model has the first picture in, or `undefined`. */
export const pictureInput = (model: VideoModel): PictureInput | undefined =>
	(['image_url', 'start_image_url'] as const).find((name) => takes(model, name));

/** The name of the input that a model has the last picture in, or `undefined`. */
export const endPictureInput = (model: VideoModel): EndPictureInput | undefined =>
	(['tail_image_url', 'end_image_url'] as const).find((name) => takes(model, name));

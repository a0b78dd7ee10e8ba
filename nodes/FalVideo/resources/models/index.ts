import { imageModels } from './image-models';
import type { Source, VideoModel } from './model';
import { textModels } from './text-models';

export * from './model';
export { aspectRatios, cameraMoves, resolutions, shotTypes } from './inputs-of-kling';
export { modelDescription, priceHint } from './price-texts';

/** The model that a new node starts with, for each kind. */
export const defaultModels: Record<Source, string> = {
	text: 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video',
	image: 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video',
};

/** The model that a new node starts with. */
export const defaultModel = defaultModels.text;

/** All models of the table. */
export const videoModels: readonly VideoModel[] = [...textModels, ...imageModels];

/** The models of a kind, as its list has them. */
export function modelsFrom(source: Source): readonly VideoModel[] {
	return videoModels.filter(({ from }) => from === source);
}

/** The model with that endpoint id, or `undefined`. */
export function videoModel(id: unknown): VideoModel | undefined {
	return videoModels.find((model) => model.id === id);
}

import type { VideoModel } from './model';
import { textModels } from './text-models';

export * from './model';
export { aspectRatios, cameraMoves, resolutions, shotTypes, textModels } from './text-models';
export { modelDescription, priceHint } from './price-texts';

/** The model that a new node starts with. */
export const defaultModel = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';

/** All models of the table. */
export const videoModels: readonly VideoModel[] = textModels;

/** The model with that endpoint id, or `undefined`. */
export function videoModel(id: unknown): VideoModel | undefined {
	return videoModels.find((model) => model.id === id);
}

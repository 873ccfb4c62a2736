/** The pictures are plain JavaScript because the script that makes the fixtures runs without a build. */
export { picture, pictureSamples } from '../../fixtures/make/picture.mjs';

/** A page that reads files as people give them, and says what is in them. */
import { createContext, open, openArchive, openFolder, planeLayout, render } from 'framedex';
import { observed, observedSeries, rgbaOf } from './observed.js';

const { document, File, ImageData, location } = globalThis;

/** The optional package is not in the build: where it is has to be said. */
const SPECIFIER = 'dcmjs-codecs/build/dcmjs-native-codecs.wasm';
const wasm = { [SPECIFIER]: `/node_modules/${SPECIFIER}` };

/** Each file as a `File`, or by its URL. */
globalThis.observeFiles = async (looks, options, asFiles) => {
  const context = createContext({ ...options, wasm });
  const found = [];
  for (const { url, ...look } of looks) {
    const given = asFiles ? await fileOf(url) : new URL(url, location.href);
    found.push(await observed(open(given, { context }), look));
  }
  await context.close();
  return found;
};

const context = createContext({ wasm });

globalThis.observeArchive = async (url, asFile) => {
  const given = asFile ? await fileOf(url) : new URL(url, location.href);
  return observedSeries(openArchive(given, { context }), { render, planeLayout, draw });
};

/** What was chosen or dropped last. */
globalThis.given = undefined;

const chosen = document.querySelector('input');
chosen.addEventListener('change', () => take(chosen.files));
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer);
});

function take(input) {
  globalThis.given = observedSeries(openFolder(input, { context }), { render, planeLayout, draw });
}

async function fileOf(url) {
  const response = await fetch(url);
  return new File([await response.blob()], url);
}

function draw(picture) {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  document.body.append(canvas);
  const drawing = canvas.getContext('2d');
  drawing.putImageData(new ImageData(rgbaOf(picture), picture.width, picture.height), 0, 0);
  return drawing.getImageData(0, 0, picture.width, picture.height).data;
}

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import ts from 'typescript';
import { build, preview } from 'vite';
import type { PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { serve } from '../support/http-server.ts';
import type { FileServer } from '../support/http-server.ts';
import { sliceParts } from '../support/slices.ts';
import { cornerstoneModules } from './cornerstone.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const app = fileURLToPath(new URL('app', import.meta.url));
const launch = chromiumLaunch('Cornerstone3D over the image loader');
const modules = launch && cornerstoneModules();

const COLUMNS = 48;
const ROWS = 40;
const SLICES = 24;

/** A body that lies on its back, with a bright rod at its left side and, beside the middle plane, a brighter ball in its head. */
function hounsfield(x: number, y: number, z: number): number {
  const body = ((x - 23.5) / 20) ** 2 + ((y - 19.5) / 16) ** 2 < 1;
  if ((x - 37) ** 2 + (y - 20) ** 2 < 9) return 1000 + z;
  if ((x - 23.5) ** 2 + (y - 12) ** 2 + (z - 19) ** 2 < 9) return 1200 + x;
  return body ? 40 + ((x * 7 + y * 3 + z) % 23) : -1000 + ((x + y) % 5);
}

function* everyVoxel(): Generator<number> {
  for (let z = 0; z < SLICES; z++) {
    for (let y = 0; y < ROWS; y++) for (let x = 0; x < COLUMNS; x++) yield hounsfield(x, y, z);
  }
}

const VOXELS = [...everyVoxel()];
const PIXELS = ROWS * COLUMNS;

/** A slice of the body, unsigned as CT is; the first name is that of the topmost. */
function member(z: number): { readonly name: string; readonly data: Uint8Array } {
  const stored = VOXELS.slice(z * PIXELS, (z + 1) * PIXELS).map((value) => value + 1024);
  const more: ElementLike[] = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00200052, 'UI', '2.25.9'],
    [0x00281050, 'DS', '100'],
    [0x00281051, 'DS', '2600'],
  ];
  const shape = { rows: ROWS, columns: COLUMNS, pixelRepresentation: 0, bitsStored: 12 };
  const place = { z, position: `-16.1\\-18\\${z * 2.5 - 30}`, spacing: '0.8\\0.7' };
  const rescale = { slope: '1', intercept: '-1024' };
  const pixels: ElementLike = [0x7fe00010, 'OW', stored];
  const parts = sliceParts({ ...shape, ...place, ...rescale, more, pixels });
  return { name: `CT/IM${String(SLICES - z).padStart(2, '0')}`, data: dicom(parts).bytes };
}

const MEMBERS = Array.from({ length: SLICES }, (_, z) => member(z));

/** Two frames of 200 x 200 pixels, each of one value: more than the first read brings. */
function twoFrames(values: readonly [number, number], slope = '1'): Uint8Array {
  const size = { rows: 200, columns: 200, numberOfFrames: 2 };
  const cells = values.flatMap((value) => Array<number>(40_000).fill(value));
  const elements: ElementLike[] = [
    [0x00280030, 'DS', '2\\3'],
    ...imagePixel({ ...size }),
    [0x00281052, 'DS', '0'],
    [0x00281053, 'DS', slope],
    [0x7fe00010, 'OW', cells],
  ];
  elements.sort(
    (a, b) => Number(Array.isArray(a) ? a[0] : 0) - Number(Array.isArray(b) ? b[0] : 0),
  );
  return dicom({ elements }).bytes;
}

function colours(): Uint8Array {
  const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];
  return dicom({
    elements: [
      ...imagePixel({
        rows: 2,
        columns: 2,
        samplesPerPixel: 3,
        bitsAllocated: 8,
        planarConfiguration: 0,
      }),
      [0x7fe00010, 'OB', Uint8Array.from(rgb)],
    ],
  }).bytes;
}

const FILES = {
  'ct.zip': buildZip(MEMBERS.toReversed()),
  // Stored, so that headers are read without the rest, whose checksum is not looked at then.
  'broken.zip': buildZip(
    MEMBERS.map((one, z) => ({ ...one, method: 0, ...(z === 7 && { claims: { crc32: 1 } }) })),
  ),
  'two.dcm': twoFrames([300, 60_000]),
  'fine.dcm': twoFrames([3, 5], '0.25'),
  'rgb.dcm': colours(),
};

describe.skipIf(modules === undefined)('the image loader for Cornerstone3D', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framedex cornerstone '));
  const shots = process.env['FRAMEDEX_SCREENSHOTS'] ?? folder;
  let browser: Browser;
  let site: PreviewServer;
  let files: FileServer;
  let page: Page;

  beforeAll(async () => {
    install(folder, modules ?? '');
    const viteFolder = { root: folder, configFile: false as const, logLevel: 'error' as const };
    await build({ ...viteFolder, resolve: { alias: aliases(modules ?? '') }, build: BUILD });
    site = await preview({ ...viteFolder, preview: { host: '127.0.0.1', port: 0 } });
    files = await serve(FILES, { cors: 'exposed' });
    browser = await chromium.launch({ ...launch, args: withGraphics(launch?.args) });
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
    await files.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    files.requests.length = 0;
    page = await browser.newPage({ viewport: { width: 860, height: 500 } });
    await page.goto(site.resolvedUrls?.local[0] ?? '');
    await expect.poll(() => page.evaluate('typeof probe'), { timeout: 20_000 }).toBe('object');
  });

  afterEach(async () => {
    await page.close();
  });

  const ask = <T>(call: string): Promise<T> => page.evaluate<T>(`probe.${call}`);
  const url = (path: keyof typeof FILES): string => `${files.url}${path}`;
  const image = (id: string, options = {}): Promise<Image> =>
    ask(`image(${JSON.stringify(id)}, ${JSON.stringify(options)})`);

  async function choose(path: keyof typeof FILES): Promise<string> {
    const buffer = Buffer.from(FILES[path]);
    await page.setInputFiles('#file', { name: path, mimeType: 'application/zip', buffer });
    const status = (): Promise<string> => page.locator('#status').innerText();
    const settled = expect.poll(status, { timeout: 20_000 });
    await settled.toMatch(/voxels$|^cannot/);
    return status();
  }

  it('feeds volume viewports from a zip that was chosen, voxel by voxel', async () => {
    expect(await choose('ct.zip')).toBe('Thorax: 48 x 40 x 24 voxels');
    const { voxels, plan, ...volume } = await ask<Volume>(`volume('${url('ct.zip')}')`);
    expect(volume).toMatchObject({ dimensions: plan.size, dataType: 'Int16Array', differing: 0 });
    expect(voxels).toEqual(VOXELS);
    expect(volume.imageIds).toEqual(volume.planned);
    expect(volume.imageIds[0]).toBe('framedex:chosen!/CT/IM24#frame=0');
    const [xx = 0, yx, zx, x, xy, yy = 0, zy, y, xz, yz, zz = 0, z] = plan.affine;
    expect(volume.spacing).toEqual(plan.spacing);
    expect(plan.spacing).toEqual([0.7, 0.8, 2.5]);
    expect(volume.origin).toEqual([x, y, z]);
    expect([yx, zx, xy, zy, xz, yz]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(volume.direction).toEqual([xx / 0.7, 0, 0, 0, yy / 0.8, 0, 0, 0, zz / 2.5]);
  });

  it('shows left on the right, and the head above', async () => {
    await choose('ct.zip');
    const place = (id: string): Promise<Place> => ask(`brightest('${id}')`);
    await expect
      .poll(async () => (await place('axial')).most, { timeout: 20_000 })
      .toBeGreaterThan(200);
    await expect
      .poll(async () => (await place('sagittal')).most, { timeout: 20_000 })
      .toBeGreaterThan(200);
    await page.screenshot({ path: join(shots, 'cornerstone.png') });
    // The rod is at x = 37 of 48, in the middle of the rows.
    expect(await place('axial')).toMatchObject({ across: expect.closeTo(0.76, 1) as number });
    // The ball is at z = 19 of 24, in the front third, which is on the left.
    const ball = await place('sagittal');
    expect(ball.down).toBeLessThan(0.35);
    expect(ball.across).toBeLessThan(0.5);
  });

  it('fails where a slice is broken, and shows none of it', async () => {
    await choose('ct.zip');
    expect(await choose('broken.zip')).toMatch(/^cannot be shown: .*ZIP_CRC/);
    expect(await page.locator('canvas').count()).toBe(0);
    expect(await ask(`hasVolume()`)).toBe(false);
    const broken = await image('framedex:chosen!/CT/IM17#frame=0');
    expect(broken.fault).toMatch(/ZIP_CRC/);
    expect(await image('framedex:chosen!/CT/IM16#frame=0')).toMatchObject({ length: PIXELS });
  });

  it('has metadata before pixels, and modality or stored values as they are asked for', async () => {
    await ask(`name('ct', '${url('ct.zip')}', true)`);
    const [id = ''] = await ask<string[]>(`ids('ct')`);
    const read = await ask<Stats>(`stats('ct')`);
    const metadata = (type: string): Promise<unknown> => ask(`metadata('${type}', '${id}')`);
    expect(await metadata('imagePlaneModule')).toMatchObject({
      ...{ rows: ROWS, columns: COLUMNS, frameOfReferenceUID: '2.25.9' },
      ...{ rowPixelSpacing: 0.8, columnPixelSpacing: 0.7, imagePositionPatient: [-16.1, -18, -30] },
      ...{ rowCosines: [1, 0, 0], columnCosines: [0, 1, 0] },
    });
    expect(await metadata('imagePixelModule')).toMatchObject({
      bitsStored: 12,
      pixelRepresentation: 0,
    });
    expect(await metadata('voiLutModule')).toMatchObject({
      windowCenter: [100],
      windowWidth: [2600],
    });
    expect(await metadata('modalityLutModule')).toEqual({
      rescaleSlope: 1,
      rescaleIntercept: -1024,
    });
    expect(await metadata('generalSeriesModule')).toMatchObject({
      modality: 'CT',
      seriesInstanceUID: '2.25.8',
    });
    expect(await metadata('sopCommonModule')).toMatchObject({ sopInstanceUID: '2.25.1000' });
    expect(await metadata('transferSyntax')).toEqual({ transferSyntaxUID: '1.2.840.10008.1.2.1' });
    expect(await metadata('petIsotopeModule')).toBeUndefined();
    expect(await ask<Stats>(`stats('ct')`)).toEqual(read);

    const first = VOXELS.slice(0, 8);
    expect(await image(id)).toMatchObject({
      ...{ first, dataType: 'Int16Array', isSame: true, isPreScaled: true, color: false },
      ...{ minPixelValue: -1000, maxPixelValue: 1000, windowCenter: 100, windowWidth: 2600 },
      ...{ slope: 1, intercept: -1024, rowPixelSpacing: 0.8, columnPixelSpacing: 0.7 },
      ...{ photometricInterpretation: 'MONOCHROME2', invert: false, sizeInBytes: 2 * PIXELS },
    });
    const stored = await image(id, { preScale: { enabled: false } });
    expect(stored).toMatchObject({ dataType: 'Uint16Array', isPreScaled: false });
    expect(stored.first).toEqual(first.map((value) => value + 1024));

    for (const [member, fault] of [
      ['nobody', /IO/],
      ['CT/IM01', undefined],
    ] as const) {
      for (let k = 0; k < 2; k++) {
        const { fault: found = '' } = await image(`framedex:ct!/${member}`);
        expect(found).toMatch(fault ?? /^$/);
      }
    }
    await ask(`close('ct')`);
    expect(await metadata('imagePlaneModule')).toBeUndefined();
  });

  it('gives frames of a file, and refuses samples that do not hold them', async () => {
    await ask(`name('two', '${url('two.dcm')}', false)`);
    expect(await image('framedex:two')).toMatchObject({
      ...{
        first: Array(8).fill(300),
        dataType: 'Uint16Array',
        rowPixelSpacing: 2,
        columnPixelSpacing: 3,
      },
      ...{ windowCenter: 300.5, windowWidth: 1 },
    });
    const second = 'framedex:two#frame=1';
    expect(await image(second)).toMatchObject({ first: Array(8).fill(60_000) });
    const asked = { targetBuffer: { type: 'Int16Array' } };
    expect((await image(second, asked)).fault).toMatch(/do not fit in the Int16Array/);
    expect((await image('framedex:two#frame=2')).fault).toMatch(/FRAME_RANGE/);
    expect((await image('framedex:two!/member')).fault).toMatch(/no image of two/);
    expect((await image('framedex:nobody')).fault).toMatch(/named by nobody/);
    await ask(`name('fine', '${url('fine.dcm')}', false)`);
    const scaled = { first: Array(8).fill(0.75), dataType: 'Float32Array' };
    expect(await image('framedex:fine')).toMatchObject(scaled);
    const suv = { preScale: { enabled: true, scalingParameters: { suvbw: 2 } } };
    expect(await image('framedex:fine', suv)).toMatchObject({ first: Array(8).fill(1.5) });
  });

  it('gives colours, with alpha where it is asked for', async () => {
    await ask(`name('rgb', '${url('rgb.dcm')}', false)`);
    const rgb = await image('framedex:rgb#frame=0');
    expect(rgb).toMatchObject({ color: true, rgba: false, numberOfComponents: 3, length: 12 });
    expect(rgb.first).toEqual([255, 0, 0, 0, 255, 0, 0, 0]);
    const rgba = await image('framedex:rgb#frame=0', { useRGBA: true });
    expect(rgba).toMatchObject({ rgba: true, numberOfComponents: 4, length: 16 });
    expect(rgba.first).toEqual([255, 0, 0, 255, 0, 255, 0, 255]);
  });

  it('opens a URL once, and stops reading what is given up', async () => {
    const id = `framedex:${url('two.dcm')}#frame=1`;
    expect(await ask(`cancelled('${id}')`)).toBe('AbortError');
    const bytes = files.bytes;
    expect(bytes).toBeLessThan(100_000);
    expect(await image(id)).toMatchObject({ first: Array(8).fill(60_000) });
    expect(await image(`framedex:${url('ct.zip')}!/CT/IM24`)).toMatchObject({ length: PIXELS });
    expect(await image(`framedex:${url('ct.zip')}!/CT/IM23`)).toMatchObject({ length: PIXELS });
    const first = (path: string): number =>
      files.requests.filter(
        ({ path: asked, headers }) => asked === path && headers.range?.startsWith('bytes=0-'),
      ).length;
    expect([first('two.dcm'), first('ct.zip')]).toEqual([1, 1]);
  });

  it('compiles with the types of Cornerstone3D', () => {
    const sources = ['image-loader.ts', 'image-metadata.ts', 'image-pixels.ts'];
    const program = ts.createProgram(
      sources.map((name) => join(folder, name)),
      {
        ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
        ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
        types: [],
        paths: { framedex: [join(root, 'src', 'index.ts')] },
      },
    );
    const errors = program
      .getSourceFiles()
      .filter(({ fileName }) => sources.some((name) => fileName.endsWith(`/${name}`)))
      .flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ])
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(errors).toEqual([]);
  }, 60_000);
});

interface Image {
  readonly fault?: string;
  readonly first?: readonly number[];
}

interface Volume {
  readonly imageIds: readonly string[];
  readonly planned: readonly string[];
  readonly voxels: readonly number[];
  readonly spacing: readonly number[];
  readonly origin: readonly number[];
  readonly direction: readonly number[];
  readonly plan: {
    readonly size: readonly number[];
    readonly spacing: readonly number[];
    readonly affine: readonly number[];
  };
}

interface Place {
  readonly most: number;
  readonly across: number;
  readonly down: number;
}

interface Stats {
  readonly bytesRead: number;
}

const BUILD = { minify: false, chunkSizeWarningLimit: 10_000 };

/** vtk.js has a writer of XML that asks for modules of Node. */
function aliases(from: string): Record<string, string> {
  return { events: join(from, 'events', 'events.js'), url: join(from, 'url', 'url.js') };
}

/** WebGL without a graphics card. */
function withGraphics(args: readonly string[] = []): string[] {
  const software = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  return [...args.filter((one) => one !== '--disable-gpu'), ...software];
}

/** The example as an app of its own, in a folder where its packages are installed. */
function install(folder: string, from: string): void {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
  cpSync(app, folder, { recursive: true });
  cpSync(fileURLToPath(new URL('probe.mjs', import.meta.url)), join(folder, 'probe.mjs'));
  const index = join(folder, 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('page.mjs', 'probe.mjs'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const own = join(folder, 'node_modules');
  mkdirSync(join(own, 'framedex'), { recursive: true });
  for (const path of ['dist', 'package.json']) {
    cpSync(join(root, path), join(own, 'framedex', path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules', 'lru-cache'), join(own, 'lru-cache'), 'dir');
  symlinkSync(join(from, '@cornerstonejs'), join(own, '@cornerstonejs'), 'dir');
}

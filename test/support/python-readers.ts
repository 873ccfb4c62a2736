import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Debian's, which has its packages. */
const PYTHON = '/usr/bin/python3';

/** Why there is nothing to compare with; undefined where all these packages are there. */
export function whyNoPython(packages: readonly string[]): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', `import ${packages.join(', ')}`], {
    stdio: 'ignore',
  });
  return status === 0 ? undefined : `${PYTHON} has not all of ${packages.join(', ')}`;
}

const run = promisify(execFile);

/** What GDCM finds, as ITK takes it: rows of `row`, `column`, their cross product. */
export interface GdcmVolume {
  /** Of several files, in GDCM's order; undefined where it does not sort them. */
  readonly order?: readonly string[];
  readonly frames: number;
  readonly origin: readonly number[];
  readonly cosines: readonly number[];
  /** Between columns, rows and slices; those of several files by their positions. */
  readonly spacing: readonly number[];
}

const GDCM = `
import gdcm, json, sys
gdcm.Trace.WarningOff(); gdcm.Trace.ErrorOff(); gdcm.Trace.DebugOff()
paths = sys.argv[1:]
found = {}
if len(paths) > 1:
    sorter = gdcm.IPPSorter()
    sorter.SetComputeZSpacing(True)
    sorter.SetZSpacingTolerance(1e-3)
    if not sorter.Sort(paths):
        print("null"); sys.exit()
    paths = list(sorter.GetFilenames())
    found["order"] = paths
reader = gdcm.ImageReader()
reader.SetFileName(paths[0])
if not reader.Read():
    print("null"); sys.exit()
image = reader.GetImage()
spacing = [image.GetSpacing(k) for k in range(3)]
if len(paths) > 1: spacing[2] = sorter.GetZSpacing()
found["frames"] = image.GetDimension(2) if image.GetNumberOfDimensions() > 2 else 1
found["origin"] = [image.GetOrigin(k) for k in range(3)]
found["cosines"] = [image.GetDirectionCosines(k) for k in range(6)]
found["spacing"] = spacing
print(json.dumps(found))
`;

/** Of files, or of one with several frames; undefined where GDCM refuses them, or breaks down over them. */
export async function gdcmVolume(paths: readonly string[]): Promise<GdcmVolume | undefined> {
  try {
    const { stdout } = await run(PYTHON, ['-c', GDCM, ...paths], { timeout: 20_000 });
    return (JSON.parse(stdout) as GdcmVolume | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** An image by the header alone: where its first pixel lies, and the ways to the next column and row. */
export interface PlacedImage {
  readonly origin: readonly number[];
  readonly across: readonly number[];
  readonly down: readonly number[];
}

/** PS3.3 C.7.6.2.1.1 of plain images, of functional groups (C.7.6.16) and of dose grids (C.8.8.3.2), by pydicom and numpy. */
const PLACES = `
import json, sys, warnings
import numpy, pydicom
warnings.simplefilter("ignore")
read = {}
def group(found, frame, name):
    for groups in (found.PerFrameFunctionalGroupsSequence[frame], found.SharedFunctionalGroupsSequence[0]):
        if name in groups: return groups[name][0]
def place(path, frame):
    if path not in read: read[path] = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    found = read[path]
    if "PerFrameFunctionalGroupsSequence" in found:
        position = group(found, frame, "PlanePositionSequence").ImagePositionPatient
        turned = group(found, frame, "PlaneOrientationSequence").ImageOrientationPatient
        spacing = group(found, frame, "PixelMeasuresSequence").PixelSpacing
    else:
        position, turned, spacing = found.ImagePositionPatient, found.ImageOrientationPatient, found.PixelSpacing
    origin, turned, spacing = (numpy.array(one, float) for one in (position, turned, spacing))
    if "GridFrameOffsetVector" in found:
        origin = origin + numpy.cross(turned[:3], turned[3:]) * float(found.GridFrameOffsetVector[frame])
    return {"origin": origin.tolist(), "across": (turned[:3] * spacing[1]).tolist(), "down": (turned[3:] * spacing[0]).tolist()}
print(json.dumps([place(*one) for one in json.load(sys.stdin)]))
`;

/** Where these frames of these files lie. */
export function placedImages(
  images: readonly (readonly [path: string, frame: number])[],
): readonly PlacedImage[] {
  return JSON.parse(runOn(PLACES, JSON.stringify(images))) as PlacedImage[];
}

/** A series in a zip archive as many write it in Python: read, sorted along the normal, stacked. */
const VOLUMES = `
import hashlib, io, json, sys, warnings, zipfile
import numpy, pydicom
warnings.simplefilter("ignore")
def place(one):
    turned = numpy.array(one.ImageOrientationPatient, float)
    return numpy.dot(numpy.cross(turned[:3], turned[3:]), numpy.array(one.ImagePositionPatient, float))
found = {}
for path, uids in json.load(sys.stdin):
    series = {uid: [] for uid in uids}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            try: one = pydicom.dcmread(io.BytesIO(archive.read(name)), force=True)
            except Exception: continue
            if one.get("SeriesInstanceUID") in series: series[one.SeriesInstanceUID].append(one)
    for uid, images in series.items():
        stack = numpy.stack([one.pixel_array for one in sorted(images, key=place)])
        found[path + " " + uid] = hashlib.sha256(stack.tobytes()).hexdigest()
print(json.dumps(found))
`;

/** SHA-256 of the stored values of series of single images, by path and Series Instance UID with a space between. */
export function stackedVolumes(
  series: readonly (readonly [path: string, uids: readonly string[]])[],
): Readonly<Record<string, string>> {
  return JSON.parse(runOn(VOLUMES, JSON.stringify(series))) as Record<string, string>;
}

function runOn(script: string, input: string): string {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

import type { PlanIssueCode } from '../node/index.ts';
import type { FaultWords } from './fault-words.ts';

/** An issue of a plan for people. */
export type PlanIssueWords = Pick<FaultWords, 'meaning' | 'advice'>;

const ONE_PART = 'Each kind is a part: take one, with --part N of framedex volume and planes.';
const SEVERAL_KINDS =
  'Where kinds are parts, take one, with --part N of framedex volume and planes. Within one volume, do not compare values of one kind with those of another.';
const NO_VOLUME = 'Nothing is wrong with it: framedex thumb and frame show it.';
const EVEN_OUT =
  '--resample makes the distances even by interpolation, with --fill-gaps where they are wide enough for a slice; --as-is takes the slices as they are, which stretches what lies there.';

/** What every issue of a plan means, and what can be done. */
export const PLAN_ISSUE_WORDS: Readonly<Record<PlanIssueCode, PlanIssueWords>> = {
  INCOMPLETE: {
    meaning:
      'Something is not there: a file ends before its header or its pixels do, as of a copy that was broken off; frames have no place in the patient; or the rest of a concatenation is missing.',
    advice:
      'Get it again from where it came. Where such files are a part, the others are one, too: take it with --part N of framedex volume and planes.',
  },
  NO_PIXELS: {
    meaning: 'It is no image: a report, a presentation state or another object without pixels.',
    advice: 'Nothing is wrong with it: framedex tags shows what it says.',
  },
  MULTI_FRAME: {
    meaning:
      'An instance has several frames, and nothing says where each of them is in the patient, as of a film.',
    advice: NO_VOLUME,
  },
  COLOUR: {
    meaning: 'The pixels are colours, of which no volume is made.',
    advice: NO_VOLUME,
  },
  LOCALIZER: {
    meaning: 'Some images are localizers (scouts): overviews on which the slices were planned.',
    advice: ONE_PART,
  },
  REFORMAT: {
    meaning:
      'Some images are views of a volume that were computed from others (MIP, MPR), not slices of it.',
    advice: ONE_PART,
  },
  MIXED_MODALITY: {
    meaning: 'The images are of several modalities, which measure different things.',
    advice: ONE_PART,
  },
  MIXED_SOP_CLASS: {
    meaning:
      'The images are objects of several kinds (SOP Class), as acquired ones and captured screens.',
    advice: ONE_PART,
  },
  MIXED_MATRIX: {
    meaning: 'The images have different numbers of rows or columns.',
    advice: ONE_PART,
  },
  MIXED_CELLS: {
    meaning:
      'The pixels are stored in different ways: their bits, their sign, or what is black and what white.',
    advice: ONE_PART,
  },
  MIXED_SPACING: {
    meaning: 'The pixels of some images are larger than those of others.',
    advice: ONE_PART,
  },
  MIXED_FRAME_OF_REFERENCE: {
    meaning:
      'Positions are measured from different origins (Frame of Reference UID), so that nothing tells where they are to each other.',
    advice: ONE_PART,
  },
  MIXED_ORIENTATION: {
    meaning: 'The images lie in planes that are not parallel.',
    advice: ONE_PART,
  },
  NO_POSITION: {
    meaning:
      'Nothing says where the images are in the patient (Image Position and Orientation): their order is that of their numbers or names.',
    advice:
      'Distances, gaps and sides of the body cannot be known: get the images from where the positions still are, or use --as-is for what needs none.',
  },
  MIXED_IMAGE_TYPE: {
    meaning:
      'The images are of several types (Image Type), as original and derived ones, or magnitude and phase.',
    advice: SEVERAL_KINDS,
  },
  MIXED_STACK: {
    meaning: 'A multi-frame image has several stacks (Stack ID).',
    advice: ONE_PART,
  },
  MIXED_ACQUISITION: {
    meaning: 'The same places were acquired several times (Acquisition Number).',
    advice: ONE_PART,
  },
  MIXED_ECHO: {
    meaning: 'The images are of several echoes.',
    advice: ONE_PART,
  },
  MIXED_B_VALUE: {
    meaning: 'The images are of several b-values (diffusion).',
    advice: ONE_PART,
  },
  MIXED_GRADIENT: {
    meaning: 'There is an image for each of several directions of diffusion at the same places.',
    advice: ONE_PART,
  },
  MIXED_TIME: {
    meaning: 'The same places were imaged at several times: the series has four dimensions.',
    advice: ONE_PART,
  },
  MIXED_PHASE: {
    meaning: 'The same places were imaged in several phases of the heart or of breathing.',
    advice: ONE_PART,
  },
  MIXED_CONTRAST: {
    meaning:
      'The images were taken or reconstructed in several ways: inversion time, flip angle, kernel or energy.',
    advice: SEVERAL_KINDS,
  },
  MIXED_SEGMENT: {
    meaning: 'There is an image for each of several segments at the same places.',
    advice: 'All of them as labels: framedex volume.',
  },
  REPEATED: {
    meaning:
      'Every place comes several times, and nothing but the numbers of the instances tells the runs apart.',
    advice: `Look what differs between two of them: framedex tags. ${ONE_PART}`,
  },
  ONE_SLICE: { meaning: 'There is one image, which is no volume.', advice: NO_VOLUME },
  MOSAIC: {
    meaning: 'One image holds many slices side by side (a mosaic), in a way of its own.',
    advice: 'Convert it with a program that takes mosaics apart, such as dcm2niix.',
  },
  MODALITY_LUT: {
    meaning:
      'Stored values become modality values by a table (Modality LUT), which a volume does not carry.',
    advice: 'Frames can be had, and pictures of them: framedex frame and thumb.',
  },
  NO_CODEC: {
    meaning: 'Nothing here decodes pixels of this encoding, so that the volume cannot be built.',
    advice: 'Convert the files to another transfer syntax, or give framedex a codec for it.',
  },
  NO_SPACING: {
    meaning: 'Nothing says how large the pixels are (Pixel Spacing): lengths are not known.',
    advice: 'Take no measures from it; get the images from where the spacing still is.',
  },
  DUPLICATE_INSTANCE: {
    meaning: 'The same instance is there twice (SOP Instance UID and size): one is used.',
    advice: 'Nothing is lost; the copies can be left out.',
  },
  DUPLICATE_POSITION: {
    meaning: 'Several slices are at one place, and nothing that is known tells them apart.',
    advice:
      'Look what differs between two of them (framedex tags), and leave out those that do not belong to the series; --duplicates first of framedex volume and planes takes the first of them.',
  },
  MISSING_SLICES: {
    meaning: 'Between two slices there is room for more: they are missing.',
    advice:
      'Look whether all files were copied. --fill-gaps puts slices there, by interpolation or of one value; --as-is closes the gap, which shortens what lies there.',
  },
  UNEVEN_SPACING: {
    meaning: 'Slices are nearer to each other, or farther from each other, than the others are.',
    advice: `Where the spacing changes once, each regular run is a part (--part N). ${EVEN_OUT}`,
  },
  DISPLACED: {
    meaning: 'A slice lies beside the line of the others, in its own plane.',
    advice:
      '--resample puts it in its place by interpolation; --as-is leaves it where the others are, which moves what it shows.',
  },
  TILT: {
    meaning:
      'Each slice lies a little beside the one before, as of a tilted gantry: the volume is right, and sheared.',
    advice: 'Programs that do not know a shear draw it skewed: --resample straightens it.',
  },
  MIXED_RESCALE: {
    meaning: 'Slices have different rescale slopes or intercepts, as those of PET do.',
    advice:
      'Volumes have modality values then, as floating point numbers; --stored keeps the stored ones.',
  },
};

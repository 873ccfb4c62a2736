import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codecs/codec.ts';
import { htj2kCodec, jpeg2000Codec } from '../../src/codecs/default-codecs.ts';
import { hex } from '../support/build-value.ts';
import { codeStreamFixture, codeStreamOf, storedCells } from '../support/code-stream-fixtures.ts';
import { decoderOf } from '../support/codec-platform.ts';
import { pixelOf } from '../support/pixel.ts';
import { sha256 } from '../support/outside.ts';

/**
 * The start of the SHA-256 of the samples without one and without two resolution levels: by
 * opj_decompress -r 2.5.0 (negative ones sign extended) and ojph_expand -skip_res.
 */
const REDUCED: readonly (readonly [name: string, one: string, two: string])[] = [
  ['jpeg-2000-u8', '71e91bb1216875b8', '7c38b20b0e6c5121'],
  ['jpeg-2000-u12', '4509e766d80d7b90', '53230736e572ecf6'],
  ['jpeg-2000-u16', 'a98acfe0efc500c9', '01f761c2eddcdb61'],
  ['jpeg-2000-s12', '413cc41909441357', '969b1002b1ecea8d'],
  ['jpeg-2000-s16', 'a59f543978e5d659', '3131354255d7213b'],
  ['jpeg-2000-rgb8', '7434e2c8483fcdef', '1e2fd7496849a73f'],
  ['jpeg-2000-rgb8-rct', 'c7fa75f468d2f033', '252d62d0459b0112'],
  ['jpeg-2000-rgb16-rct', '66c1091316107564', '7b7f5f5c749c1c56'],
  ['jpeg-2000-offset', 'ed577a5e18b3d41d', '7a2b76a19f87f12d'],
  ['jpeg-2000-tiles', '8f642c604d466d60', '3373afab629706df'],
  ['jpeg-2000-layers', '48bc3da82a181f4d', '2f141953507341ac'],
  ['jpeg-2000-pcrl', 'f0b4b6698ffd6edb', '55aec454d30fd4ed'],
  ['jpeg-2000-tile-parts', '7941519187c25aea', 'd93b95fc59ddf4c0'],
  ['jpeg-2000-u12-256', 'a5afe17f60670e1e', '8e11cf42878618a9'],
  ['htj2k-u8', 'b75a5d9eb92ac338', '051a59c79aa56cc8'],
  ['htj2k-u12', '771b50157e748061', 'c0b63acb6da0f056'],
  ['htj2k-u16', '72ee71c6658bebb1', '3e3c204b18caf4b2'],
  ['htj2k-rgb8-rct', '838087f30fe1299f', 'ae53f42455a40db5'],
  ['htj2k-rgb8', '189becace82225a5', '33d3c543340c6bad'],
  ['htj2k-rgb16-rct', '62344e468d7d6a63', 'bd5c0948c1ff9534'],
  ['htj2k-tiles', '26db0fa34ccd5e05', 'c44e01fb4ac990ef'],
  ['htj2k-lrcp', '9828e2102e7c0320', '466d68f3b89a15f6'],
  ['htj2k-rpcl-256', 'cb18e79d0e040e25', '9e7b5ede44464f50'],
];

/** 11 rows of 13 columns from column 3, row 5 on, by opj_compress -n 3 -d 3,5; samples by opj_decompress -r. */
const ODD_OFFSET = [
  {
    samplesPerPixel: 1,
    stream: [
      'ff4fff51002900000000001000000010000000030000000500000010000000100000000000000000',
      '0001070101ff52000c00000001000204040001ff5c000a4040484850484850ff6400250001437265',
      '61746564206279204f70656e4a5045472076657273696f6e20322e352e30ff90000a000000000090',
      '0001ff93cfb41c0776338bcf4dfbc3ea0681f20780f9030011dc7cbb263f056a058e25a067062786',
      '520ce2c1f39a83e73103e740012b48580acd6fd5461de39d352cb4e7c655fcf31ddbc13124a7412f',
      '20e698d9762a4c3f457efb627eebacbd2fa3747557af11838a7e5ba8c08c656a51f8ec2368c8675a',
      'd8ff2314d7ec5b56d91e2acb990bffd9',
    ].join(''),
    reduced: ['243e5c7698b22b4d63879ebf34517495add045607c94bdd3506989a5bedb', '2a65a7467fc2'],
  },
  {
    samplesPerPixel: 3,
    stream: [
      'ff4fff51002f00000000001000000010000000030000000500000010000000100000000000000000',
      '0003070101070101070101ff52000c00000001010204040001ff5c000a4040484850484850ff6400',
      '25000143726561746564206279204f70656e4a5045472076657273696f6e20322e352e30ff90000a',
      '00000000018d0001ff93cfb41c11322f9ac55c48c7d40c01d0344619bfc7d40c088daa55fd7fc1f3',
      '8681f20680f903801135843bff7f056a1725c51d1496c02c22f09fc1f38581f20780f90400124f43',
      '2a5f11dfdc57ad5d7f0c319faac9c0a5dfc1f38581f20781f3881411d13f17112e0df4ef11bf1834',
      '40b36454301fc1f39781f21780f90d00110023c2874930050b8705bb0bfd0d39b97a231420663f24',
      'c1c8a41515dca3e46c21e4c8f13da6de9522054f317f00a0a0f3fe8e76fb98d9a54a6beefa4ca9ed',
      'c59072d95cba73aec1f39a83e73503e740325d06f58bda51d04a21f7c880f2ea7852989b30071971',
      '558cbf44d8f2c7e8f30449be4b2cc74bf761238523cde3f3f2739d30bf1943abd409a43926f58580',
      '283c4f637d4e62d30715467052b5fef74da7ef2343c1f39a83e73303e7401a9bdd21ff6fff4d553a',
      '94f03ff5b5d9c0c7e4684a264df1d656276da3fd586f488f6c45478d424ede84fe9225dfd6b022d9',
      '310c70d0a8dd0d12d07508acaa1bd6c4253f1cbc596032015b97916ec6ff3b8ef7ffd9',
    ].join(''),
    reduced: [
      [
        '1e4c764668935f88ae7ca8c897bde8b8e1fe305b7e4f759e6995bc85abd1a5c8f5c1efff3c5c865d',
        '81a77697cb8cb9dca5d9ffcef2ff3f6692618ab275a9cb9cc5edb1deffd9fdff4f759d6e94ba8cb3',
        'd7a2c6f0bbecffe2fcff',
      ].join(''),
      '2f567d698fb9a8d0f5476a957faad2bee9ff',
    ],
  },
];

function codecOf(name: string): Codec {
  return name.startsWith('htj2k') ? htj2kCodec : jpeg2000Codec;
}

describe('the samples of fewer resolution levels (H34)', () => {
  it.each(REDUCED)('%s', async (name, ...expected) => {
    const fixture = codeStreamFixture(name);
    const decoder = await decoderOf(codecOf(name));
    const digests: string[] = [];
    for (const reduce of [1, 2]) {
      const decoded = await decoder.decode(codeStreamOf(fixture), fixture.pixel, { reduce });
      const digest = sha256(storedCells(decoded));
      digests.push(digest.slice(0, 16));
    }
    expect(digests).toEqual(expected);
  });

  it.each(ODD_OFFSET)(
    'from an odd position on, $samplesPerPixel a pixel',
    async ({ samplesPerPixel, stream, reduced }) => {
      const decoder = await decoderOf(jpeg2000Codec);
      const pixel = pixelOf({ rows: 11, columns: 13, samplesPerPixel, bitsAllocated: 8 });
      for (const [k, expected] of reduced.entries()) {
        const { bytes } = await decoder.decode(hex(stream), pixel, { reduce: k + 1 });
        expect(bytes).toEqual(hex(expected));
      }
    },
  );
});

import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createIndexingHere } from '../../src/inflate/indexing-here.js';
import { nextTurn } from '../../src/inflate/next-turn.js';
let state = 1;
const plain = Uint8Array.from({ length: 2 ** 20 }, () => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 16) & 31;
});
const deflated = new Uint8Array(deflateRawSync(plain, { level: 1 }));
/** A run over `deflated` in one piece, and what it replies. */
function started(inflater = {}) {
  const replies = [];
  const faults = [];
  const port = createIndexingHere(inflater);
  const ended = new Promise((resolve) => {
    port.listen(
      (reply) => {
        replies.push(reply);
        if (reply.kind === 'done') resolve();
      },
      (error) => {
        faults.push(error);
        resolve();
      },
    );
  });
  port.post({ kind: 'begin', size: plain.length, spacing: 2 ** 17 }, []);
  return {
    port,
    replies,
    faults,
    ended,
    give: (last = true) => {
      const bytes = last ? deflated : deflated.subarray(0, -10);
      port.post({ kind: 'bytes', bytes, last }, []);
    },
  };
}
async function turns(count) {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}
describe('a run in this thread', () => {
  it('O23: does what one in another thread does', async () => {
    const { port, replies, give, ended } = started();
    port.post({ kind: 'want', id: 1, from: 500_000, to: 500_100 }, []);
    give();
    expect(replies).toEqual([]);
    await ended;
    expect(replies.map(({ kind }) => kind)).toEqual(['given', 'done']);
    const [given, done] = replies;
    expect(given).toMatchObject({ bytes: plain.slice(500_000, 500_100) });
    expect(done).toMatchObject({ index: { size: plain.length, crc32: crc32(plain) } });
  });
  it('O23: other work has its turns', async () => {
    const { give, ended } = started();
    let others = 0;
    const other = setInterval(() => others++, 0);
    const immediate = () => {
      others++;
      pending = setImmediate(immediate);
    };
    let pending = setImmediate(immediate);
    give();
    await ended;
    clearInterval(other);
    clearImmediate(pending);
    expect(deflated.length).toBeGreaterThan(9 * 65_536);
    expect(others).toBeGreaterThanOrEqual(9);
  });
  it('O23: a piece is taken once, however many turns it takes', async () => {
    const { replies, give } = started();
    give(false);
    await turns(40);
    expect(replies).toEqual([{ kind: 'taken', position: expect.any(Number) }]);
  });
  it('O23: rests while nobody waits for it, and goes on then', async () => {
    const { port, replies, give, ended } = started();
    give();
    port.hold(false);
    await turns(40);
    expect(replies).toEqual([]);
    port.hold(true);
    await ended;
    expect(replies).toHaveLength(1);
  });
  it('O23: says nothing any more when it is closed', async () => {
    const { port, replies, faults, give } = started();
    give();
    await turns(2);
    port.close();
    port.post({ kind: 'want', id: 1, from: 0, to: 1 }, []);
    await turns(40);
    expect([replies, faults]).toEqual([[], []]);
  });
  it('O23: tells of what it cannot do', async () => {
    const fault = new Error('no checksum');
    const crc = () => {
      throw fault;
    };
    const { give, faults, replies, ended } = started({ crc32: crc });
    give();
    await ended;
    await turns(10);
    expect([faults, replies]).toEqual([[fault], []]);
  });
});

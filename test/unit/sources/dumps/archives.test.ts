import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import {
  bytesSource,
  fileSource,
  sha256Of,
  type ByteSource,
} from '../../../../src/sources/dumps/byteSource.ts';
import { identify, issueOf, parseChecksum } from '../../../../src/sources/dumps/checksum.ts';
import { eachLine } from '../../../../src/sources/dumps/csvRows.ts';
import { tablesOf } from '../../../../src/sources/dumps/expand.ts';
import { DUMP_LIMITS } from '../../../../src/sources/dumps/limits.ts';
import { zipOf, type MadeEntry } from '../../../../src/sources/simulator/dumps/zip.ts';

const isRefused = (error: unknown): boolean => isPerpscopeError(error, 'decode');

async function contentOf(source: ByteSource, limits = DUMP_LIMITS): Promise<string[]> {
  const found: string[] = [];
  for await (const table of tablesOf(source, limits)) {
    const parts: Uint8Array[] = [];
    for await (const piece of table) parts.push(piece);
    found.push(Buffer.concat(parts).toString());
  }
  return found;
}

const read = (bytes: Uint8Array, limits = DUMP_LIMITS): Promise<string[]> =>
  contentOf(bytesSource('a.zip', bytes, limits), limits);
const refuses = (made: readonly MadeEntry[], what: RegExp, limits = DUMP_LIMITS): Promise<void> =>
  assert.rejects(
    read(zipOf(made), limits),
    (error) => isRefused(error) && what.test((error as Error).message),
  );

/** Text that does not compress to nothing, longer than a piece. */
const LONG = Array.from({ length: 30_000 }, (_, index) => `${index},${Math.sin(index)}\n`).join('');

describe('archives of dumps', () => {
  it('reads deflated and stored files, with a comment, from bytes and from a disk', async () => {
    const entries = [
      { name: 'one.csv', content: LONG },
      { name: 'two.csv', content: 'a,b\n', isStored: true },
    ];
    const bytes = zipOf(entries, 'a comment');
    assert.deepEqual(await read(bytes), [LONG, 'a,b\n']);
    const folder = await mkdtemp(join(tmpdir(), 'perpscope-dumps-'));
    try {
      const path = join(folder, 'a.zip');
      await writeFile(path, bytes);
      const source = await fileSource('a.zip', path, DUMP_LIMITS);
      assert.deepEqual(await contentOf(source), [LONG, 'a,b\n']);
      assert.equal(await sha256Of(source), createHash('sha256').update(bytes).digest('hex'));
      await source.close();
      await assert.rejects(fileSource('a.zip', path, { ...DUMP_LIMITS, fileBytes: 100 }), isRefused);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes no path of an archive for one: names are text', async () => {
    const made = [
      { name: '../../etc/passwd', content: 'x\n' },
      { name: '/root/a', content: 'y\n' },
    ];
    assert.deepEqual(await read(zipOf(made)), ['x\n', 'y\n']);
  });

  it('refuses every archive that was cut', async () => {
    const bytes = zipOf([{ name: 'a.csv', content: LONG.slice(0, 3_000) }]);
    await read(bytes);
    for (let length = 0; length < bytes.length; length += 1)
      await assert.rejects(read(bytes.subarray(0, length)), isRefused, `cut at ${length}`);
  });

  it('refuses every gzip file that was cut', async () => {
    const bytes = gzipSync(LONG.slice(0, 3_000));
    assert.deepEqual(await read(bytes), [LONG.slice(0, 3_000)]);
    for (let length = 0; length < bytes.length; length += 1)
      await assert.rejects(read(bytes.subarray(0, length)), isRefused, `cut at ${length}`);
  });

  it('gives the same content or an error where a byte is another one', async () => {
    const text = LONG.slice(0, 3_000);
    const bytes = zipOf([{ name: 'a.csv', content: text }]);
    const place = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const spoiled = Buffer.from(bytes);
        spoiled[at] = (spoiled[at] ?? 0) ^ change;
        try {
          assert.deepEqual(await read(spoiled), [text]);
        } catch (error) {
          assert.ok(isRefused(error), String(error));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('refuses a bomb by what it says, and within its cap where it lies', async () => {
    const zeros = Buffer.alloc(64 * 2 ** 20);
    const honest = { name: 'a.csv', content: zeros };
    await refuses([honest], /200 times/);
    await refuses([honest], /more than 1048576 bytes/, { ...DUMP_LIMITS, expandedBytes: 2 ** 20 });
    const lying = zipOf([{ ...honest, stated: { expandedBytes: 1_000 } }]);
    let bytes = 0;
    const limits = { ...DUMP_LIMITS, expandedBytes: 2 ** 20 };
    await assert.rejects(async () => {
      for await (const table of tablesOf(bytesSource('a.zip', lying, limits), limits))
        for await (const piece of table) bytes += piece.length;
    }, isRefused);
    assert.ok(bytes <= 1_000, `${bytes} bytes came out`);
    bytes = 0;
    const larger = zipOf([{ ...honest, stated: { expandedBytes: 2 ** 19 } }]);
    await assert.rejects(async () => {
      for await (const table of tablesOf(bytesSource('a.zip', larger, limits), limits))
        for await (const piece of table) bytes += piece.length;
    }, /directory says/);
    assert.ok(bytes <= 2 ** 19, `${bytes} bytes came out`);
    bytes = 0;
    await assert.rejects(async () => {
      for await (const table of tablesOf(bytesSource('a.gz', gzipSync(zeros), limits), limits))
        for await (const piece of table) bytes += piece.length;
    }, /more than 1048576 bytes/);
    assert.ok(bytes <= 2 ** 20, `${bytes} bytes came out`);
  });

  it('refuses too many files, shared bytes, encryption, other methods and sizes that are not so', async () => {
    const small = { name: 'a.csv', content: LONG.slice(0, 500) };
    await refuses(
      Array.from({ length: 5 }, () => small),
      /5 files/,
    );
    await refuses([small, { ...small, at: 0 }], /overlap/);
    await refuses([{ ...small, flags: 1 }], /encrypted/);
    await refuses([{ ...small, method: 14 }], /method 14/);
    // A small file is expanded at once, a large one as a stream.
    for (const one of [small, { name: 'a.csv', content: LONG }]) {
      const size = one.content.length;
      await refuses([{ ...one, stated: { crc: 1 } }], /directory says/);
      await refuses([{ ...one, stated: { expandedBytes: size - 1 } }], /directory says/);
      await refuses([{ ...one, stated: { expandedBytes: size + 1 } }], /directory says/);
      await refuses([{ ...one, stated: { compressedBytes: 200 } }], /damaged/);
    }
    await refuses([{ ...small, stated: { compressedBytes: 100_000 } }], /outside/);
    await refuses([{ ...small, stated: { expandedBytes: 0xffffffff } }], /64-bit/);
    const whole = zipOf([small]);
    const between = [whole.subarray(0, -22), Buffer.alloc(10), whole.subarray(-22)];
    await assert.rejects(read(Buffer.concat(between)), /does not stand where it says/);
    for (const name of ['a.zip', 'a.csv']) {
      const plain = bytesSource(name, Buffer.from('open_time,open\n1,2\n'), DUMP_LIMITS);
      await assert.rejects(contentOf(plain), /neither a zip archive nor gzip/);
    }
  });

  it('refuses a line without an end, and puts lines together that fall on two pieces', async () => {
    const lines: string[] = [];
    const source = bytesSource(
      'a.zip',
      zipOf([{ name: 'a', content: `\uFEFF"a", b\r\n\n${LONG}` }]),
      DUMP_LIMITS,
    );
    for await (const table of tablesOf(source, DUMP_LIMITS))
      await eachLine('a.zip', table, DUMP_LIMITS, (cells) => lines.push(cells.join('|')));
    assert.equal(lines.length, 30_001);
    assert.equal(lines[0], 'a|b');
    assert.equal(lines.slice(1).join('\n').replaceAll('|', ','), LONG.trimEnd());
    const endless = bytesSource(
      'a.zip',
      zipOf([{ name: 'a', content: LONG.replaceAll('\n', ';') }]),
      DUMP_LIMITS,
    );
    await assert.rejects(async () => {
      for await (const table of tablesOf(endless, DUMP_LIMITS))
        await eachLine('a.zip', table, DUMP_LIMITS, () => undefined);
    }, /line 1 is longer/);
  });

  it('holds a file against its checksum, and a checksum against the name', () => {
    const sha256 = 'ab'.repeat(32);
    assert.equal(parseChecksum(`${sha256.toUpperCase()}  a.zip\n`, 'a.zip'), sha256);
    assert.deepEqual(identify('a.zip', sha256, `${sha256}  a.zip`), { sha256, checksum: 'agrees' });
    assert.deepEqual(identify('a.zip', sha256), { sha256, checksum: 'none' });
    assert.throws(() => identify('a.zip', 'cd'.repeat(32), `${sha256}  a.zip`), isRefused);
    assert.throws(() => parseChecksum(`${sha256}  b.zip`, 'a.zip'), /another file/);
    assert.throws(() => parseChecksum('<html>not found</html>', 'a.zip'), /no SHA-256/);
    assert.deepEqual(
      [issueOf(sha256, undefined), issueOf(sha256, sha256), issueOf(sha256, 'cd')],
      ['first', 'same', 'issued-anew'],
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeFieldInto,
  decodeFieldPlacesInto,
  decodeFrameInto,
  encodeField,
  encodeFrame,
  openFrame,
} from '../../../src/store/blockCodec.ts';
import { decodeColumn, decodePlacesInto, encodeColumn } from '../../../src/store/columnCodec.ts';

const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

/** Numbers as exchanges write them, numbers of any bits, and what is special. */
const decimal = fc
  .record({ digits: fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }), decimals: fc.integer({ min: 0, max: 12 }) })
  .map(({ digits, decimals }) => Number(`${digits}e-${decimals}`)); // prettier-ignore
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const special = fc.constantFrom(
  0,
  -0,
  5e-324,
  -5e-324,
  2.2e-308,
  Number.MAX_VALUE,
  2 ** 53,
  2 ** 53 + 2,
  0.1 + 0.2,
  1 / 3,
  1e21,
  123_456_789.123_456_78,
);
const absent = fc.constant(Number.NaN);
const few = { minLength: 1, maxLength: 70 };
const column = fc.oneof(
  fc.array(decimal, few),
  fc.array(fc.oneof({ weight: 4, arbitrary: decimal }, absent), few),
  fc.array(anyDouble, few),
  fc.array(fc.oneof(decimal, special, absent), few),
  fc.array(fc.oneof(special, absent), few),
  fc.record({ first: decimal, step: decimal, rows: fc.integer({ min: 1, max: 70 }) })
    .map(({ first, step, rows }) => Array.from({ length: rows }, (_, row) => first + row * step)),
  fc.array(fc.integer({ min: -(2 ** 46), max: 2 ** 46 }), few),
  fc.record({ value: fc.oneof(decimal, special, absent), rows: fc.integer({ min: 1, max: 70 }) })
    .map(({ value, rows }) => new Array<number>(rows).fill(value)),
); // prettier-ignore

function assertSame(found: Float64Array, expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, row) => {
    assert.ok(Object.is(found[row], value), `row ${row}: ${found[row]} instead of ${value}`);
  });
}

describe('a column of a block', () => {
  it(`gives back every bit of every number, and what is absent (PERPSCOPE_SEED=${SEED})`, () => {
    const property = fc.property(column, (values) => {
      assertSame(decodeColumn(encodeColumn(Float64Array.from(values))), values);
    });
    fc.assert(property, { seed: SEED, numRuns: 5_000 });
  });

  it('gives back some rows as it gives back all', () => {
    const property = fc.property(column, fc.nat(), (values, salt) => {
      const places = values.flatMap((_, row) => ((row * 7 + salt) % 3 === 0 ? [row] : []));
      const target = new Float64Array(places.length + 1).fill(9);
      decodePlacesInto(encodeColumn(Float64Array.from(values)), places, target, 1);
      assertSame(target, [9, ...places.map((place) => values[place] ?? 0)]);
    });
    fc.assert(property, { seed: SEED, numRuns: 1_000 });
  });

  it('takes two bytes a row for a price and none for what is even', () => {
    const rows = Array.from({ length: 2_016 }, (_, row) => row);
    const price = rows.map((row) => Math.round(1e6 + 4e4 * Math.sin(row / 40)) / 10);
    assert.ok(encodeColumn(Float64Array.from(price)).length < 2 * 2_016 + 32);
    assert.ok(encodeColumn(Float64Array.from(rows, (row) => 1.7e12 + row * 300_000)).length <= 24);
    assert.ok(encodeColumn(Float64Array.from(rows, () => 1.7e12)).length <= 16);
  });
});

describe('a part of a block', () => {
  const name = { seriesId: 3, stepMs: 0, fromMs: 5, toMs: 9, rows: 3 };
  const values = Float64Array.of(1.5, Number.NaN, 2.25);
  const frame = {
    atMs: Float64Array.of(5, 6, 9),
    receivedAtMs: Float64Array.of(7, 7, 11),
    rests: ['{"sides":"one"}', 'never used', '{"sides":"both"}'],
    restOf: Uint32Array.of(2, 0, 0),
  };

  it('gives back a frame with its runs', () => {
    const target = { atMs: new Float64Array(4), receivedAtMs: new Float64Array(4) };
    const opened = openFrame(name, encodeFrame(name, frame));
    decodeFrameInto(opened, target, 1);
    const { rests, runs } = opened;
    assert.deepEqual([...target.atMs], [0, 5, 6, 9]);
    assert.deepEqual([...target.receivedAtMs], [0, 7, 7, 11]);
    assert.deepEqual(
      [rests, runs],
      [
        ['{"sides":"both"}', '{"sides":"one"}'],
        [0, 1, 1, 2],
      ],
    );
  });

  it('is refused as a frame when any bit of it has changed', () => {
    const bytes = encodeFrame(name, frame);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => openFrame(name, changed), /checksum/, `bit ${bit}`);
    }
    assert.throws(() => openFrame({ ...name, rows: 2 }, bytes), /checksum/);
  });

  it('is refused when any bit of it has changed, when it is cut, and as a part of another block or field', () => {
    const bytes = encodeField(name, 'price', values);
    const read = (part: Uint8Array | undefined, of = name, field = 'price'): void =>
      decodeFieldInto(of, field, part, new Float64Array(3), 0);
    read(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => read(changed), /checksum/, `bit ${bit}`);
    }
    for (const cut of [undefined, bytes.subarray(0, 4), bytes.subarray(0, bytes.length - 8)])
      assert.throws(() => read(cut));
    assert.throws(() => read(bytes, { ...name, seriesId: 4 }), /checksum/);
    assert.throws(() => read(bytes, { ...name, fromMs: 6 }), /checksum/);
    assert.throws(() => read(bytes, name, 'other'), /checksum/);
    assert.throws(() => decodeFieldPlacesInto(name, 'other', bytes, [0], new Float64Array(1), 0), /checksum/);
  });
});

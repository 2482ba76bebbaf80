import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decimalOf, readDecimal } from '../../../../../src/sources/exchanges/kit/decimals.ts';
import { seededRandom } from '../../../../support/mutate.ts';

const SEED = Number(process.env['PERPSCOPE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const TEXTS = 1_000_000;

/** The language of decimals, said in another way than in the code. */
const isDecimal = (text: string): boolean =>
  text.length <= 64 &&
  /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text) &&
  Number.isFinite(Number(text));

/** Texts as exchanges write them, and as they do not: digits of all lengths, points, signs, exponents, and slips of one letter. */
function textBy(random: () => number): string {
  const digits = (most: number): string => {
    const count = Math.floor(random() * most);
    return Array.from({ length: count }, () => String(Math.floor(random() * 10))).join('');
  };
  const sign = random() < 0.15 ? (random() < 0.7 ? '-' : '+') : '';
  const zeros = random() < 0.1 ? '0'.repeat(Math.floor(random() * 25)) : '';
  const fraction =
    random() < 0.7 ? `.${random() < 0.2 ? '0'.repeat(8) : ''}${digits(random() < 0.2 ? 26 : 10)}` : '';
  const exponent =
    random() < 0.05 ? `${random() < 0.5 ? 'e' : 'E'}${random() < 0.5 ? '-' : ''}${digits(4)}` : '';
  const text = `${sign}${zeros}${digits(random() < 0.2 ? 22 : 9)}${fraction}${exponent}`;
  if (random() >= 0.05) return text;
  const at = Math.floor(random() * (text.length + 1));
  const letter = 'x., _-+eE0NI∞٣'[Math.floor(random() * 14)] ?? ' ';
  return `${text.slice(0, at)}${letter}${text.slice(at)}`;
}

describe(`decimals of the wire, seed ${SEED}`, () => {
  it(`are what Number makes of them, to the bit, in ${TEXTS} texts, or none`, () => {
    const random = seededRandom(SEED);
    let [read, refused] = [0, 0];
    for (let index = 0; index < TEXTS; index += 1) {
      const text = textBy(random);
      const own = decimalOf(text);
      const wanted = isDecimal(text) ? Number(text) : Number.NaN;
      if (!Object.is(own, wanted)) assert.fail(`${JSON.stringify(text)}: ${own} is not ${wanted}`);
      if (Number.isNaN(own)) refused += 1;
      else read += 1;
    }
    assert.ok(read > TEXTS / 2 && refused > TEXTS / 100, `${read} read, ${refused} refused`);
  }).timeout(60_000);

  it('are never made of what is none', () => {
    const traps: readonly unknown[] = [
      '', ' ', '  1', '1 ', null, undefined, true, false, [], ['1'], {}, '0x10', '0b1', '1_000', '1,5', 'Infinity', '-Infinity',
      'NaN', '.', '-', '+', '-.', 'e5', '1e', '1e+', '--1', '1.2.3', '1e999', '-1e999', '٣', '１', '\u00001', `${'1'.repeat(65)}`,
      `0.${'0'.repeat(63)}`, Number.NaN, Infinity, -Infinity, { toString: () => '1' }, new Date(1), Object('1'), 1n,
    ]; // prettier-ignore
    for (const trap of traps) {
      assert.ok(Number.isNaN(decimalOf(trap)), String(typeof trap === 'string' ? trap : typeof trap));
      assert.equal(readDecimal(trap), undefined);
    }
  });

  it('keep the sign of zero, exponents, and what is beyond an exact integer', () => {
    const texts = [
      '0', '-0', '-0.000', '+7', '5.', '.5', '1e5', '1E-7', '9007199254740991', '9007199254740993', '12345678901234567890',
      '0.1', '0.30000000000000004', '123456.78901234567', '5e-324', '1.7976931348623157e308', `0.${'0'.repeat(40)}1`, '1'.repeat(64),
    ]; // prettier-ignore
    for (const text of texts) assert.ok(Object.is(decimalOf(text), Number(text)), text);
  });
});

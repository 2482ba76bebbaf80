/** Damages JSON values as wires, proxies and changed formats do. Pure: the same random numbers give the same damage. */

import { seededRandom } from '../../src/analysis/noise/random.ts';

/** Returns a number from 0 to below 1. */
export type Random = () => number;

export { seededRandom };

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** What stands where a value was. Texts that look like numbers, numbers that are none, other shapes, hostile names. */
const REPLACEMENTS: readonly unknown[] = [
  null, '', ' ', '0', 0, -1, '-1', 1e308, '1e999', '-1e999', 'NaN', 'Infinity', '0x10', '1_000', '1,5', '٣', true, false,
  [], {}, [[]], [null], { length: 1 }, 1e-320, Number.MAX_SAFE_INTEGER + 2, '9'.repeat(70), -0, '+5', '5.', '.5', '1e5',
  'BTCUSDT', 'BTC-USDT-SWAP', 'XBT', '__proto__', 'constructor', '../../etc', '=1+1', '<b>', '\u202e', '\u0000', 0.1 + 0.2,
]; // prettier-ignore
/** A copy: later damage may reach inside it, and must not be there the next time. */
const replacement = (random: Random): unknown => structuredClone(pick(random, REPLACEMENTS));
/** As JSON.parse makes it: an own property, not the prototype. */
const pollute = (): unknown =>
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((one, index) => pathsOf(one, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

/** Returns a function that makes damaged copies of a value: one to three places removed, replaced, doubled or renamed. */
export function mutator(original: unknown): (random: Random) => unknown {
  const text = JSON.stringify(original);
  // Long lists repeat one shape: a thousand places are enough to choose from.
  const paths = pathsOf(original).slice(0, 1_000);
  return (random) => {
    let value = JSON.parse(text) as unknown;
    const count = 1 + Math.floor(random() * 3);
    for (let index = 0; index < count; index += 1) value = damage(value, pick(random, paths), random);
    return value;
  };
}

function damage(root: unknown, path: Path, random: Random): unknown {
  const key = path.at(-1);
  if (key === undefined) return random() < 0.3 ? replacement(random) : root;
  let parent = root;
  for (const part of path.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null) return root;
    parent = (parent as Record<string, unknown>)[part];
  }
  if (typeof parent !== 'object' || parent === null) return root;
  const holder = parent as Record<string, unknown>;
  const kind = random();
  if (kind < 0.15) delete holder[key];
  else if (kind < 0.2) holder[`${key}_new`] = holder[key];
  else if (kind < 0.25) holder[key] = [holder[key], holder[key]];
  else if (kind < 0.3) holder[key] = { value: holder[key] };
  else if (kind < 0.35) holder[key] = pollute();
  else if (kind < 0.45) holder[key] = bent(holder[key], random);
  else holder[key] = replacement(random);
  return root;
}

/** A value of the right kind that is wrong: negated, scaled, cut, turned into text or out of it. */
function bent(value: unknown, random: Random): unknown {
  if (typeof value === 'number')
    return pick<unknown>(random, [-value, value * 1e9, value / 1e9, String(value), value + 0.5]);
  if (typeof value === 'string')
    return pick<unknown>(random, [
      `-${value}`,
      value.slice(1),
      `${value}0000`,
      Number(value),
      `${value} `,
      value.toLowerCase(),
    ]);
  return value;
}

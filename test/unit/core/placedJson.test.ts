import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { placeOf, readPlacedJson, type PlacedJson } from '../../../src/core/placedJson.ts';
import { seed } from '../analysis/metrics/seed.ts';

/** The one fault of a text: its code, its place, what was expected and found. */
function faultOf(text: string) {
  const { root, faults } = readPlacedJson(text);
  assert.equal(root, undefined, 'it can be read');
  const { line, column } = placeOf(text, faults[0]!.offset);
  return [faults.map(({ code }) => code).join(), line, column, faults[0]!.expected, faults[0]!.found];
}

function at(root: PlacedJson | undefined, ...path: (string | number)[]): PlacedJson | undefined {
  return path.reduce<PlacedJson | undefined>(
    (json, step) => (typeof step === 'number' ? json?.items?.[step] : json?.entries?.get(step)?.of),
    root,
  );
}

describe('JSON that knows where it stands', () => {
  it(`is what JSON.parse makes of the same text (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const { root, faults } = readPlacedJson(text);
        assert.deepEqual(faults, []);
        assert.deepEqual(root?.value, JSON.parse(text));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('takes comments, a comma after the last entry and a byte-order mark, as settings do', () => {
    const text = '\uFEFF// head\n{ "a": [1, 2,], /* between\n */ "b": { "c": null, }, }\n// end';
    const { root, faults } = readPlacedJson(text);
    assert.deepEqual([root?.value, faults], [{ a: [1, 2], b: { c: null } }, []]);
  });

  it('gives each value and key its place', () => {
    const text = '{\n  "a": [\n    1,\r\n    { "b": "x" }\n  ]\n}';
    const { root } = readPlacedJson(text);
    assert.deepEqual(placeOf(text, at(root, 'a', 0)!.offset), { line: 3, column: 5 });
    assert.deepEqual(placeOf(text, at(root, 'a', 1)!.entries!.get('b')!.offset), { line: 4, column: 7 });
    assert.deepEqual(placeOf(text, at(root, 'a', 1, 'b')!.offset), { line: 4, column: 12 });
  });

  it('refuses what is no JSON, and says where, what was expected and what is there', () => {
    assert.deepEqual(faultOf(''), ['syntax', 1, 1, 'a value', 'the end of the file']);
    assert.deepEqual(faultOf('{\n "a" 1 }'), ['syntax', 2, 6, 'a colon', '1']);
    assert.deepEqual(faultOf('{ "a": 1\n "b": 2 }'), ['syntax', 2, 2, 'a comma or }', '"b"']);
    assert.deepEqual(faultOf('[1 2]'), ['syntax', 1, 4, 'a comma or ]', '2']);
    assert.deepEqual(faultOf("{ 'a': 1 }"), ['syntax', 1, 3, 'a key in double quotes', "'"]);
    assert.deepEqual(faultOf('[1] x'), ['syntax', 1, 5, 'the end of the file', 'x']);
    assert.deepEqual(faultOf('[1e999]'), ['syntax', 1, 2, 'a finite number', '1e999']);
    assert.deepEqual(faultOf('[01]'), ['syntax', 1, 2, 'a value', '01']);
    for (const text of ['[,]', '{,}', '[1,,2]', '[NaN]', '["a\nb"]', '"\\x"', '[-]', '[1.]', '/* open', 'nul', 'truex'])
      assert.equal(faultOf(text)[0], 'syntax', text); // prettier-ignore
  });

  it('refuses a key that stands twice: of two values only one would count', () => {
    const text = '{ "level": 1, "x": { "level": 2 },\n  "level": 3 }';
    const { root, faults } = readPlacedJson(text);
    assert.deepEqual(root?.value, { level: 1, x: { level: 2 } });
    assert.deepEqual(faults.map(({ code, offset }) => [code, placeOf(text, offset)]), [['duplicate-key', { line: 2, column: 3 }]]); // prettier-ignore
  });

  it('takes no depth that fills the stack, and gives nobody a prototype', () => {
    assert.equal(faultOf('['.repeat(100_000))[0], 'syntax');
    const { root } = readPlacedJson('{ "__proto__": { "level": 1 } }');
    assert.equal((root?.value as { level?: number }).level, undefined);
  });
});

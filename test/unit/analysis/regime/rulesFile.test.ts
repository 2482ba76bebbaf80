import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { assess } from '../../../../src/analysis/regime/assess.ts';
import { parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { ruleSchema } from '../../../../src/analysis/regime/ruleSchema.ts';
import type { RuleSet } from '../../../../src/analysis/regime/ruleTypes.ts';
import { readRules } from '../../../../src/analysis/regime/rulesFile/readRules.ts';
import { regimeReport, statedRegimeText } from '../../../../src/surfaces/reports/regimeReport.ts';
import { faultLine } from '../../../../src/analysis/regime/rulesFile/ruleFault.ts';
import { schemaErrors } from '../metrics/jsonSchema.ts';

type Data = any;

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const whole = (change: (rules: Data) => void = () => undefined): Data => {
  const rules: Data = { ...copy(BUILT_IN_RULES), version: 'mine/1' };
  change(rules);
  return rules;
};
const extending = (changes: object): object => ({ version: 'mine/1', extends: 'built-in', ...changes });
const read = (data: unknown) => readRules(JSON.stringify(data, undefined, 2));
const rulesOf = (data: unknown): RuleSet => {
  const { rules, faults } = read(data);
  assert.deepEqual(faults, undefined);
  return rules!;
};
/** Code and path of each fault. */
const faultsOf = (data: unknown): string[] =>
  (read(data).faults ?? []).map(({ code, path }) => `${code} ${path}`.trim());

const SQUEEZE = {
  label: 'short-squeeze',
  families: ['short-covering'],
  needs: [
    { of: { forceSize: 0.41, forceSide: 0.41, flow: 0.82 }, op: 'above', enter: 2, leave: 0.7 },
    { of: { forceSize: 1 }, op: 'above', enter: 3, leave: 2 },
  ],
};

describe('a rules file', () => {
  it('that holds the built-in rules under another name is the built-in rules', () => {
    assert.deepEqual(rulesOf(whole()), { ...copy(BUILT_IN_RULES), version: 'mine/1' });
    assert.deepEqual(rulesOf(extending({})), { ...copy(BUILT_IN_RULES), version: 'mine/1' });
  });

  it('is what the command writes and what ships', () => {
    const file = join(import.meta.dirname, '../../../../media/mine.perpscope-rules.json');
    const { rules, faults } = readRules(readFileSync(file, 'utf8'));
    assert.equal(faults, undefined);
    assert.deepEqual(rules, { ...copy(BUILT_IN_RULES), version: 'mine/1' });
  });

  it('that extends the built-in rules changes what it says and nothing else', () => {
    const changes = {
      dwellHours: 12,
      reject: { level: 0.7 },
      families: { move: { enter: 1.5, leave: -0.3 } },
    };
    const rules = rulesOf(extending({ $schema: 'x', ...changes }));
    assert.deepEqual(rules, {
      ...copy(BUILT_IN_RULES),
      version: 'mine/1',
      dwellHours: 12,
      reject: { ...BUILT_IN_RULES.reject, level: 0.7 },
      families: { ...copy(BUILT_IN_RULES.families), move: { enter: 1.5, leave: -0.3 } },
    });
  });

  it('changes a name by its label and families, in its place, and puts a new one before all', () => {
    const fresh = {
      ...{ label: 'short-squeeze', words: 'short squeeze', families: ['stake-falling'], direction: 'none' },
      ...{ needs: SQUEEZE.needs, meaning: 'Shorts leave.', signs: [], cannotKnow: 'It cannot know.' },
    };
    const { names } = rulesOf(extending({ names: [SQUEEZE, fresh] }));
    assert.equal(names.length, BUILT_IN_RULES.names.length + 1);
    assert.deepEqual(names[0]?.families, ['stake-falling']);
    const at = BUILT_IN_RULES.names.findIndex(({ label }) => label === 'short-squeeze');
    assert.deepEqual(names[at + 1], { ...copy(BUILT_IN_RULES.names[at]!), needs: SQUEEZE.needs });
    assert.deepEqual(names.slice(at + 2), copy(BUILT_IN_RULES.names.slice(at + 1)));
    // That of the last resort is another name.
    const last = {
      label: 'short-squeeze',
      families: ['short-covering'],
      isLastResort: true,
      meaning: 'Left.',
    };
    const { names: others } = rulesOf(extending({ names: [last] }));
    assert.deepEqual(others[at], copy(BUILT_IN_RULES.names[at]!));
    assert.equal(others.find(({ isLastResort }) => isLastResort)?.meaning, 'Left.');
  });

  it('is worked through in docs/rules.md, which names every code and every key with what is built in', () => {
    const root = join(import.meta.dirname, '../../../..');
    const page = readFileSync(join(root, 'docs/rules.md'), 'utf8');
    const [file = '', values = ''] = [...page.matchAll(/```jsonc?\n([^]*?)```/g)].map(
      ([, text]) => text ?? '',
    );
    const { rules, faults } = readRules(file);
    assert.equal(faults, undefined);
    const judged = (own?: RuleSet) => assess(parseFeatures(JSON.parse(values)), { asOfMs: 0, baseAsset: 'BTC', source: 'stated', coverage: { fresh: 0, of: 0 }, rules: own }).label; // prettier-ignore
    assert.deepEqual([judged(), judged(rules)], ['short-squeeze', 'spot-led-rally']);
    const source = readFileSync(join(root, 'src/analysis/regime/rulesFile/ruleFault.ts'), 'utf8');
    const codes = source.slice(0, source.indexOf('export interface')).match(/(?<=\| ')[a-z-]+(?=')/g) ?? [];
    assert.ok(codes.length > 15);
    for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
    const { families, clear, reject, ...rest } = BUILT_IN_RULES;
    const numbers = (of: object): string => Object.values(of).join(', ').replaceAll('-', '−');
    for (const [key, band] of Object.entries(families))
      assert.ok(
        page.includes(`| \`families.${key}\` | ${typeof band === 'number' ? band : numbers(band)} |`),
        key,
      );
    assert.ok(page.includes(`| \`clear\` | ${numbers(clear)} |`) && page.includes(`| \`reject\` | ${numbers(reject)} |`)); // prettier-ignore
    assert.ok(page.includes(`| ${rest.dwellHours}, ${rest.fallBackHours} |`));
    assert.ok(page.includes(`| \`contradiction\` | ${rest.contradiction} |`) && page.includes(`| \`forcedMove\` | ${rest.forcedMove} |`)); // prettier-ignore
  });

  it('judges: a stricter short squeeze is another name, with the words and the version of the file', () => {
    const stated = { returnPct: 6, windowHours: 24, openInterestChangePct: -6, takerBuySellRatio: 1.1, liquidationsUsd: 300e6, shortLiquidationShare: 0.8, fundingAnnualisedPct: 4 }; // prettier-ignore
    const judged = (rules?: RuleSet) =>
      assess(parseFeatures(stated), { asOfMs: 0, baseAsset: 'BTC', source: 'stated', coverage: { fresh: 0, of: 0 }, rules }); // prettier-ignore
    assert.equal(judged().label, 'short-squeeze');
    const stricter = judged(rulesOf(extending({ names: [SQUEEZE] })));
    assert.deepEqual([stricter.label, stricter.rulesVersion], ['spot-led-rally', 'mine/1']);
    const worded = { label: 'short-squeeze', families: ['short-covering'], words: 'bear trap', meaning: 'Bears run.', hasCascadeRisk: true }; // prettier-ignore
    const own = judged(rulesOf(extending({ names: [worded] })));
    assert.ok(own.statements.join(' ').includes('Bears run.'), own.statements.join(' '));
    assert.equal(own.hasCascadeRisk, true);
    assert.deepEqual([own.label, own.words, judged().words], ['short-squeeze', 'bear trap', 'short squeeze']);
    assert.match(statedRegimeText(own), /^BTC: bear trap, /);
    assert.match(
      regimeReport({ assessment: own, source: 'live', nowMs: 0 }),
      /^# BTC: bear trap\n[^]*\*\*Bear trap\*\*/,
    );
  });
});

describe('the faults of a rules file', () => {
  it('name file, line, column, path, what was expected and what was found, all at once and in order', () => {
    const text = `{
  "version": "mine/1",
  "extends": "built-in",
  "rejct": { "level": 0.6 },
  "reject": { "margin": 2 },
  "names": [
    { "label": "short-sqeeze", "families": ["short-covering"],
      "needs": [{ "of": { "flow": 1 }, "op": "above", "enter": 2, "leave": 3 }] },
  ],
}`;
    assert.deepEqual(
      readRules(text).faults?.map((fault) => faultLine(fault, 'a.json')),
      [
        'a.json:4:3: expected the key "reject", found "rejct" (unknown-key)',
        'a.json:5:25: reject.margin: expected a number not above 1, found 2 (out-of-range)',
        'a.json:7:16: names[0].label: expected "short-squeeze" or another of its values, found "short-sqeeze" (not-one-of)',
        'a.json:8:76: names[0].needs[0].leave: expected at most 2, the threshold before it stands, found 3 (leave-beyond-enter)',
      ],
    );
  });

  it('are those of the text and the form', () => {
    assert.deepEqual(readRules('{ "version": ').faults?.map(({ code, line, column }) => [code, line, column]), [['syntax', 1, 14]]); // prettier-ignore
    assert.deepEqual(readRules('{ "version": "a/1", "extends": "built-in", "version": "b/1" }').faults?.map(({ code }) => code), ['duplicate-key']); // prettier-ignore
    assert.deepEqual(faultsOf([]), ['wrong-type']);
    assert.deepEqual(faultsOf(extending({ dwellHours: '6' })), ['wrong-type dwellHours']);
    assert.deepEqual(faultsOf(extending({ dwellHours: -1 })), ['out-of-range dwellHours']);
    assert.deepEqual(faultsOf(extending({ digest: 'x' })), ['unknown-key']);
    assert.deepEqual(faultsOf(extending({ clear: { price: 0 } })), ['out-of-range clear.price']);
    assert.deepEqual(faultsOf(whole((rules) => (rules.names[0].words = '$(zap) [x](y)'))), ['wrong-form names[0].words']); // prettier-ignore
    assert.deepEqual(faultsOf({ ...extending({}), version: 'mine' }), ['wrong-form version']);
    assert.deepEqual(faultsOf({ ...extending({}), extends: 'mine/0' }), ['not-one-of extends']);
    assert.deepEqual(faultsOf(whole((rules) => delete rules.names[2].needs[1].leave)), ['missing-key names[2].needs[1]']); // prettier-ignore
    assert.deepEqual(faultsOf(whole((rules) => delete rules.clear.cost)), ['missing-key clear'], 'a whole set is whole'); // prettier-ignore
    assert.deepEqual(faultsOf(whole((rules) => (rules.names[0].signs[0].aspect = 'prise'))), ['not-one-of names[0].signs[0].aspect']); // prettier-ignore
    assert.deepEqual(faultsOf(whole((rules) => (rules.names[0].needs[0].of = {}))), ['wrong-length names[0].needs[0].of', 'empty-condition names[0].needs[0].of'].slice(0, 1)); // prettier-ignore
  });

  it('are those that would name a market wrongly', () => {
    const band = (key: string, enter: number, leave: number) => whole((rules) => Object.assign(rules.families[key], { enter, leave })); // prettier-ignore
    const changed = (change: object) => extending({ names: [{ label: 'new-shorts', families: ['new-shorts'], ...change }] }); // prettier-ignore
    assert.deepEqual(faultsOf(copy(BUILT_IN_RULES)), ['reserved-version version']);
    assert.deepEqual(faultsOf(band('stake', 2, 2.5)), ['leave-beyond-enter families.stake.leave']);
    assert.deepEqual(faultsOf(band('stake', 2, 2)), []);
    for (const key of ['stake', 'level', 'extreme'])
      assert.deepEqual(faultsOf(band(key, 2, -0.1)), [`out-of-range families.${key}.leave`], 'it would rise while it falls'); // prettier-ignore
    assert.deepEqual(faultsOf(band('move', 1.2, -1.2)), ['never-ends families.move.leave']);
    assert.match(read(band('move', 1.2, -1.3)).faults?.[0]?.expected ?? '', /^more than -1\.2,/);
    const weights = (of: object) => whole((rules) => (rules.names[0].needs[0].of = of));
    assert.deepEqual(faultsOf(weights({ cost: 0 })), ['empty-condition names[0].needs[0].of']);
    assert.deepEqual(faultsOf(weights({ cost: 1, flow: 0 })), []);
    assert.deepEqual(faultsOf(band('move', 0, -0.5)), ['out-of-range families.move.enter'], 'all would be a move'); // prettier-ignore
    assert.deepEqual(faultsOf(extending({ families: { turn: 0.1 } })), ['turn-by-force families.turn']);
    assert.deepEqual(faultsOf(whole((rules) => (rules.families.forced.turn = 9))), ['turn-by-force families.forced.turn']); // prettier-ignore
    const below = { of: { depth: 1 }, op: 'below', enter: -1, leave: -2 };
    assert.deepEqual(faultsOf(changed({ needs: [below] })), ['family-without-name names', 'leave-beyond-enter names[0].needs[0].leave']); // prettier-ignore
    assert.deepEqual(faultsOf(changed({ needs: [{ ...below, leave: 0 }], unless: [{ ...below, leave: 0 }] })).slice(1), ['leave-beyond-enter names[0].unless[0].leave']); // prettier-ignore
    assert.deepEqual(faultsOf(changed({ direction: 'up' })), ['direction-against-family names[0].direction']);
    assert.deepEqual(faultsOf(changed({ direction: 'down' })), []);
    assert.deepEqual(faultsOf(whole((rules) => (rules.names[3].direction = 'down'))), ['direction-against-family names[3].direction']); // prettier-ignore
    const rally = { label: 'spot-led-rally', families: ['short-covering'] };
    assert.deepEqual(faultsOf(extending({ names: [rally, rally] })), ['duplicate-name names[1]']);
    assert.deepEqual(faultsOf(extending({ names: [{ ...rally, needs: [] }] })), ['never-reached names[0]'], 'the last resort would never stand'); // prettier-ignore
    const first = whole((rules) => rules.names.unshift({ ...rules.names[3], label: 'crowded-long' }));
    assert.deepEqual(faultsOf(first), ['never-reached names[4]'], 'the leverage-led rally behind it');
    assert.match(read(first).faults?.[0]?.expected ?? '', /^needs or unless in the crowded-long before it/);
    assert.deepEqual(
      faultsOf(whole((rules) => rules.names.splice(0, 1, ...rules.names.splice(-1), rules.names[0]))),
      [],
      'the order of names of other families is free',
    );
    assert.deepEqual(faultsOf(whole((rules) => rules.names.pop())), ['family-without-name names'], 'of stake-rising'); // prettier-ignore
    assert.deepEqual(faultsOf(extending({ names: [{ label: 'long-squeeze', families: ['new-longs'] }] })).slice(0, 2), ['missing-key names[0]', 'missing-key names[0]']); // prettier-ignore
  });

  it('hide no other: thresholds are found though the form beside them is wrong', () => {
    const found = faultsOf(
      whole((rules) => {
        rules.families.level.leave = 5;
        rules.names[0].needs[0].leave = 'x';
        rules.names[0].needs[1].leave = 5;
        rules.names[3].label = 'x';
      }),
    );
    assert.deepEqual(found, [
      'leave-beyond-enter families.level.leave',
      'wrong-type names[0].needs[0].leave',
      'leave-beyond-enter names[0].needs[1].leave',
      'not-one-of names[3].label',
    ]);
  });
});

describe('the schema of rules, as it ships', () => {
  /** Values of the built-in rules replaced by others, one at a time: those near the top, and every ninth of the rest. */
  function* spoiled(): Generator<Data> {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (Array.isArray(value)) value.forEach((one, at) => walk(one, [...path, at]));
      else if (typeof value === 'object' && value !== null)
        for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
    };
    walk(whole(), []);
    for (const [index, path] of paths.entries()) {
      if (path.length > 2 && index % 9 > 0) continue;
      for (const other of [null, 'x', -5, 1, true, [], {}, undefined])
        yield whole((rules) => {
          const holder = path.slice(0, -1).reduce((data: Data, step) => data[step], rules);
          if (other === undefined && !Array.isArray(holder)) delete holder[path.at(-1)!];
          else holder[path.at(-1)!] = other ?? null;
        });
    }
  }

  it('refuses whatever the reader refuses for its form, and nothing else', () => {
    const schema = ruleSchema();
    const OF_FORM = ['wrong-type', 'not-one-of', 'out-of-range', 'wrong-length', 'wrong-form', 'missing-key', 'unknown-key']; // prettier-ignore
    let [refused, taken] = [0, 0];
    for (const data of spoiled()) {
      const ofReader = (readRules(JSON.stringify(data)).faults ?? []).filter(({ code }) => OF_FORM.includes(code)); // prettier-ignore
      const ofSchema = schemaErrors(schema, data);
      assert.equal(ofReader.length, ofSchema.length, `${JSON.stringify(ofReader)}\n${ofSchema.join('\n')}`);
      if (ofSchema.length > 0) refused += 1;
      else taken += 1;
    }
    assert.ok(refused > 400 && taken > 20, `${refused} refused, ${taken} taken`);
  });

  it('says what every key and every value of its lists means', () => {
    const silent: string[] = [];
    const walk = (schema: Data, path: string): void => {
      for (const [key, own] of Object.entries<Data>(schema.properties ?? {})) {
        const isDescribed =
          own.description !== undefined || own.enumDescriptions?.length === own.enum?.length;
        if (!isDescribed) silent.push(`${path}.${key}`);
        walk(own, `${path}.${key}`);
      }
      if (schema.items !== undefined) walk(schema.items, `${path}[]`);
    };
    const { if: _if, else: _else, ...schema } = ruleSchema() as Data;
    walk(schema, '');
    assert.deepEqual(silent, []);
  });
});

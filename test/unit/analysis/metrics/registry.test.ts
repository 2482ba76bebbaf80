import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { AMOUNT } from '../../../../src/analysis/metrics/kit/range.ts';
import { atOnce, defineMetric, type Metric } from '../../../../src/analysis/metrics/kit/metric.ts';
import { metricIdWithWindow } from '../../../../src/analysis/metrics/metricIds.ts';
import { METRICS, metricOf, shownId } from '../../../../src/analysis/metrics/registry.ts';
import { featuresSchema, metricQuerySchema } from '../../../../src/analysis/metrics/schemas.ts';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { FEATURES, featureTable } from '../../../../src/analysis/regime/featureInfo.ts';
import { featureRanges, parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';
import { catalogue } from '../../../../src/series/catalogue.ts';
import { newestLabel, valueAt } from '../../../../src/series/hours.ts';
import { dataDictionaryMarkdown } from '../../../../src/surfaces/reports/dataDictionary.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import { candleRow, hoursBack, inputWith, LAST_FULL_HOUR } from '../regime/history.ts';

const FOLDER = join(import.meta.dirname, '../../../../src/analysis/metrics');
const all: readonly Metric[] = METRICS;

describe('the registry of metrics', () => {
  it('has every metric once, in full', () => {
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const { id, name, unit, formula, window, sources, caveats, inputs } of all) {
      for (const text of [name, unit, formula, window.words, sources, caveats])
        assert.ok(text.length > 0, id);
      assert.ok(inputs.length > 0, `${id} has no inputs`);
      for (const input of inputs)
        assert.ok(
          input in catalogue || /^(now:|settled-funding$)/.test(input),
          `${id}: ${input} is no input`,
        );
    }
  });

  it('has every file that defines a metric, each in the file of its name', () => {
    const files = readdirSync(FOLDER).filter(
      (file) => file.endsWith('.ts') && / = defineMetric\(/.test(readFileSync(join(FOLDER, file), 'utf8')),
    );
    const fileOf = (id: string): string =>
      `${id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
    assert.deepEqual(files.sort(), all.map(({ id }) => fileOf(id)).sort());
  });

  it('computes every metric that the regime judges', () => {
    for (const { id, feature, computation } of all)
      assert.ok(computation !== undefined || feature === undefined, id);
  });

  it('finds a metric over any window', () => {
    assert.equal(metricIdWithWindow('open-interest-z-7d', 30 * DAY_MS), 'open-interest-z-30d');
    assert.equal(metricIdWithWindow('return', 3 * DAY_MS), 'return-3d');
    assert.equal(metricIdWithWindow('return-24h', undefined), 'return');
    assert.equal(metricOf('open-interest-z-30d')?.id, 'open-interest-z');
    assert.equal(metricOf('nonsense'), undefined);
    for (const { metric } of Object.values(FEATURES)) assert.equal(metricOf(shownId(metric)), metric);
  });
});

/** All that a new metric takes: what would be its file. */
const highestClose = defineMetric({
  id: 'highest-close',
  name: 'Highest close',
  unit: 'quote currency',
  formula: 'the highest of the newest closes',
  window: { words: 'now' },
  sources: 'hourly price bars',
  caveats: 'Made up.',
  range: AMOUNT,
  inputs: ['last-close'],
  feature: { key: 'highestCloseQuote', unit: 'quote', words: 'highest close' },
  computation: atOnce(({ series, nowMs }) => {
    const closes = [...series.column('last-close')].map(([exchange, column]) => ({
      exchange,
      value: valueAt(column, newestLabel(column, nowMs) ?? 0),
    }));
    if (closes.length === 0) return { absent: 'no exchange gave prices' };
    const value = Math.max(...closes.map((one) => one.value));
    return { value, origin: { sources: closes.map(({ exchange }) => exchange) } };
  }),
});

describe('a metric that is added', () => {
  const metrics = [...all, highestClose];

  it('stands in the dictionary', () => {
    const section = dataDictionaryMarkdown(metrics).split('\n## ').at(-1) ?? '';
    assert.match(
      section,
      /^Highest close\n[^]*- Id: `highest-close`\n- Unit: quote currency\n[^]*`highestCloseQuote`/,
    );
    assert.ok(!dataDictionaryMarkdown().includes('Highest close'));
  });

  it('is a feature of the regime, with its words', () => {
    assert.equal(featureTable(metrics)['highestCloseQuote']?.words, 'highest close');
    const candles = ['okx', 'gate'].flatMap((exchange, place) =>
      hoursBack(3, LAST_FULL_HOUR, (atMs) => candleRow(exchange, atMs, 100 + place)),
    );
    const { values, origins } = deriveFeatures(inputWith({ candles }), metrics);
    assert.equal((values as Record<string, unknown>)['highestCloseQuote'], 101);
    assert.deepEqual((origins as Record<string, unknown>)['highestCloseQuote'], { sources: ['gate', 'okx'] });
    const { absent } = deriveFeatures(inputWith({}), metrics);
    assert.equal((absent as Record<string, unknown>)['highestCloseQuote'], 'no exchange gave prices');
  });

  it('may be stated in a features file, within its range, and is what a slip is told about', () => {
    const ranges = featureRanges(metrics);
    const { values } = parseFeatures({ highestCloseQuote: 7 }, 'f.json', ranges);
    assert.deepEqual(values, { highestCloseQuote: 7 });
    const refused = (json: object): RegExp | string => {
      try {
        parseFeatures(json, 'f.json', ranges);
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    };
    assert.match(
      String(refused({ highestCloseQuote: -1 })),
      /"highestCloseQuote" must be at least 0, not -1/,
    );
    assert.match(String(refused({ highestClosQuote: 1 })), /did you mean "highestCloseQuote"\?/);
    assert.throws(() => parseFeatures({ highestCloseQuote: 7 }), /unknown key/);
  });

  it('stands in every schema', () => {
    for (const schema of [featuresSchema, metricQuerySchema]) {
      const name = schema === metricQuerySchema ? '"highest-close"' : '"highestCloseQuote"';
      assert.ok(JSON.stringify(schema(metrics)).includes(name), schema.name);
      assert.ok(!JSON.stringify(schema()).includes(name), schema.name);
    }
  });

  it('needs no more than the recipe says', () => {
    const recipe = readFileSync(join(FOLDER, '../../../CONTRIBUTING.md'), 'utf8');
    const [, section = ''] = /## Add a metric\n([^]*?)\n## /.exec(recipe) ?? [];
    const named = [...section.matchAll(/`((?:src|test)\/[^`*<>]+\.ts)`/g)].map(([, file = '']) => file);
    assert.ok(named.includes('src/analysis/metrics/registry.ts') && named.length <= 3, named.join(', '));
    for (const file of named) assert.ok(existsSync(join(FOLDER, '../../..', file)), `${file} is not there`);
  });
});

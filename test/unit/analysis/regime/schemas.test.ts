import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { METRICS, metricOf } from '../../../../src/analysis/metrics/registry.ts';
import {
  featuresSchema,
  metricAnswerSchema,
  metricQuerySchema,
} from '../../../../src/analysis/metrics/schemas.ts';
import { parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';
import { ruleSchema } from '../../../../src/analysis/regime/ruleSchema.ts';
import { schemaErrors } from '../metrics/jsonSchema.ts';
import { EXAMPLE } from './support.ts';

const copy = (value: unknown) => JSON.parse(JSON.stringify(value)) as never;

describe('the schema of a features file', () => {
  const schema = featuresSchema();

  it('accepts and refuses what the file itself does', () => {
    const isAccepted = (json: object): boolean => {
      try {
        parseFeatures(json);
        return true;
      } catch {
        return false;
      }
    };
    const files: object[] = [
      ...[
        EXAMPLE,
        {},
        { openInterestRecordByExchange: { okx: true } },
        { fundingCapPctByExchange: { okx: 0.375 } },
      ],
      ...[{ openInterestZ: 'x' }, { openInterestZ: -1e9 }, { openIntrestZ: 1 }, { openInterestRecord: 1 }],
      ...[{ shortLiquidationShare: 80 }, { openInterestPercentile: 101 }, { fundingIntervalHours: 0 }],
      ...[
        { longShortRatio: -1 },
        { returnPct: -101 },
        { returnPct: 1e7 },
        { fundingCapPctByExchange: { OKX: 1 } },
      ],
      ...[{ fundingCapPctByExchange: { okx: -1 } }, { openInterestRecordByExchange: { okx: 'yes' } }],
    ];
    const found = files.map((json) => [isAccepted(json), schemaErrors(schema, json).length === 0] as const);
    for (const [at, [file, ofSchema]] of found.entries())
      assert.equal(ofSchema, file, JSON.stringify(files[at]));
    assert.ok(found.some(([file]) => file) && found.some(([file]) => !file));
  });
});

describe('the schema of rules', () => {
  const schema = ruleSchema();
  const errorsOf = (change: (rules: any) => void): string[] => {
    const rules = copy(BUILT_IN_RULES);
    change(rules);
    return schemaErrors(schema, rules);
  };

  it('fits the rules that are built in', () => {
    assert.deepEqual(schemaErrors(schema, copy(BUILT_IN_RULES)), []);
  });

  it('refuses unknown aspects, labels and families, and no names at all', () => {
    const first = (rules: any) => rules.names[0];
    assert.ok(errorsOf((rules) => (first(rules).needs[0].of = { nonsense: 1 })).length > 0);
    assert.ok(errorsOf((rules) => (first(rules).signs[0].aspect = 'nonsense')).length > 0);
    assert.ok(errorsOf((rules) => (first(rules).label = 'neutral')).length > 0, 'it is what is left');
    assert.ok(errorsOf((rules) => (first(rules).families = ['nonsense'])).length > 0);
    assert.ok(errorsOf((rules) => (first(rules).direction = 'sideways')).length > 0);
    assert.ok(errorsOf((rules) => (rules.reject.level = 2)).length > 0);
    assert.ok(errorsOf((rules) => (rules.names = [])).length > 0);
    assert.ok(errorsOf((rules) => delete first(rules).words).length > 0);
    assert.deepEqual(
      errorsOf((rules) => (first(rules).words = 'longs all over')),
      [],
    );
    assert.deepEqual(
      errorsOf((rules) => (rules.reject.level = 0.9)),
      [],
    );
  });
});

describe('the schemas of a metric asked for', () => {
  it('know every metric by its id, and nothing else', () => {
    const errors = (query: object) => schemaErrors(metricQuerySchema(), query);
    for (const { id } of METRICS) assert.deepEqual(errors({ asset: 'BTC', metric: id }), [], id);
    assert.ok(errors({ asset: 'BTC', metric: 'nonsense' }).length > 0);
    assert.ok(errors({ metric: 'open-interest' }).length > 0);
    assert.ok(errors({ asset: 'BTC', metric: 'open-interest', exchange: 'Not an id' }).length > 0);
  });

  it('bound the answer by the range of the metric', () => {
    const share = metricOf('spot-volume-share');
    assert.ok(share !== undefined);
    const answer = { metric: share.id, value: 0.4, unit: share.unit, sources: ['okx'] };
    assert.deepEqual(schemaErrors(metricAnswerSchema(share), answer), []);
    assert.ok(schemaErrors(metricAnswerSchema(share), { ...answer, value: 40 }).length > 0);
    assert.ok(schemaErrors(metricAnswerSchema(share), { ...answer, unit: 'percent' }).length > 0);
  });
});

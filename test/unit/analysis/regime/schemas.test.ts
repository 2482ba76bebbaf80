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

  it('refuses unknown features and labels, thresholds that no value reaches, and rules without groups', () => {
    const first = (rules: any) => rules.rules[0].groups[0].conditions[0];
    assert.ok(errorsOf((rules) => (first(rules).feature = 'nonsense')).length > 0);
    assert.ok(errorsOf((rules) => (rules.rules[0].label = 'nonsense')).length > 0);
    assert.ok(errorsOf((rules) => (rules.rules[0].groups = [])).length > 0);
    assert.ok(errorsOf((rules) => (rules.minimumAgreement.enter = 2)).length > 0);
    const share = { feature: 'spotVolumeShare', op: 'above', enter: 0.3, leave: 0.2 };
    const withShare = (changes: object) =>
      errorsOf((rules) => rules.rules[0].groups[0].conditions.push({ ...share, ...changes }));
    assert.deepEqual(withShare({}), []);
    assert.ok(withShare({ enter: 30 }).length > 0, 'a share is no percentage');
    assert.ok(withShare({ op: 'within' }).length > 0, 'a band has two ends');
    assert.deepEqual(withShare({ op: 'within', enter: [0.2, 0.4], leave: [0.1, 0.5] }), []);
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

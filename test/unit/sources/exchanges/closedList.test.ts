import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import {
  closedList,
  joinUnknownValues,
  withClosedLists,
  type ReadValue,
} from '../../../../src/sources/exchanges/closedList.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { decode, fixture } from './fixtureAnswers.ts';

const KINDS = closedList('kind', { swap: 'perpetual', future: 'dated' }, ['option', '']);

function reading<R>(map: (read: ReadValue) => R[], mayBeEmpty = false): { rows: R[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const place = { path: 'data', things: 'contracts', mayBeEmpty };
  const rows = withClosedLists({ report: (issue) => void issues.push(issue) }, place, map);
  return { rows, issues };
}
const kindsOf = (values: readonly (string | undefined)[]) =>
  reading((read) => values.flatMap((value, index) => read(KINDS, value, `S${index}`) ?? []));

describe('a closed list of values', () => {
  it('reads what it knows, and tells each other value once with the number of its rows', () => {
    const { rows, issues } = kindsOf([
      'swap',
      'event',
      'future',
      ...Array<string>(500).fill('warp'),
      'event',
    ]);
    assert.deepEqual(rows, ['perpetual', 'dated']);
    assert.deepEqual(
      issues.map(({ code, path, message }) => [code, path, message]),
      [
        ['unsupported', 'data', 'kind event, 2 contracts (first S1): not known, left out'],
        ['unsupported', 'data', 'kind warp, 500 contracts (first S3): not known, left out'],
      ],
    );
  });

  it('is quiet about values that are known and not read, unless nothing else came', () => {
    assert.deepEqual(kindsOf(['swap', 'option', '', undefined]).issues, []);
    const { issues } = kindsOf(['option', 'option', '']);
    assert.deepEqual(
      issues.map(({ message }) => message),
      ['contracts that Perpscope does not read: 2 of kind option, 1 of kind not stated'],
    );
    const quiet = reading((read) => [read(KINDS, 'option', 'S')].filter((one) => one !== undefined), true);
    assert.deepEqual(quiet.issues, []);
  });

  it('tells so many values apart and no more, whatever an answer holds', () => {
    const { issues } = kindsOf(Array.from({ length: 5_000 }, (_, index) => `kind-${index}`));
    assert.equal(issues.length, 20);
    assert.deepEqual(kindsOf(['__proto__', 'constructor', 'toString']).rows, []);
  });

  it('joins what pages of one list say of the same value', () => {
    const pages = [...kindsOf(['warp', 'warp']).issues, ...kindsOf(['warp', 'event']).issues];
    const other: Issue = { code: 'decode', path: 'x', message: 'y' };
    assert.deepEqual(
      joinUnknownValues([other, ...pages, other]).map(({ message }) => message.split(' (')[0]),
      ['y', 'kind warp, 3 contracts', 'kind event, 1 contract', 'y'],
    );
  });
});

type Row = Record<string, unknown>;

/** One list of each exchange: where its rows stand in the answer of a fixture, and its fields with closed lists. */
const LISTS: readonly {
  exchange: string;
  name: string;
  rows: (response: never) => Row[];
  kinds: readonly string[];
  states: readonly string[];
  classes: readonly string[];
}[] = [
  { exchange: 'binance', name: 'exchange-info', rows: ({ symbols }: { symbols: Row[] }) => symbols, kinds: ['contractType'], states: ['status'], classes: ['underlyingType'] },
  { exchange: 'okx', name: 'instruments-swap', rows: ({ data }: { data: Row[] }) => data, kinds: ['instType', 'ctType', 'ruleType'], states: ['state'], classes: ['instCategory'] },
  { exchange: 'bybit', name: 'instruments-linear', rows: ({ result }: { result: { list: Row[] } }) => result.list, kinds: ['contractType'], states: ['status'], classes: ['symbolType'] },
  { exchange: 'bitget', name: 'instruments', rows: ({ data }: { data: Row[] }) => data, kinds: ['symbolType'], states: ['symbolStatus'], classes: ['isRwa'] },
  { exchange: 'gate', name: 'instruments', rows: (list: Row[]) => list, kinds: ['type'], states: ['status'], classes: ['contract_type'] },
  { exchange: 'deribit', name: 'instruments', rows: ({ result }: { result: Row[] }) => result, kinds: ['kind', 'instrument_type', 'settlement_period'], states: ['state'], classes: [] },
  { exchange: 'kraken-futures', name: 'instruments', rows: ({ instruments }: { instruments: Row[] }) => instruments, kinds: ['type'], states: [], classes: [] },
  { exchange: 'htx', name: 'instruments', rows: ({ data }: { data: Row[] }) => data, kinds: ['business_type'], states: ['contract_status'], classes: ['tradfi_labels'] },
]; // prettier-ignore

describe('lists of instruments with a value of next year', () => {
  for (const { exchange, name, rows, kinds, states, classes } of LISTS) {
    const adapter = exchangeAdapters.find(({ id }) => id === exchange);
    assert.ok(adapter !== undefined);
    const { path, query, response } = fixture(exchange, name);
    /** The list with one field of its first traded perpetual changed, and what becomes of that contract. */
    const withValue = (field: string, value: unknown) => {
      const before = decode(adapter, path, query, response).instruments;
      const traded = before.find(({ kind, status }) => kind === 'perpetual' && status === 'trading');
      assert.ok(traded !== undefined);
      const body = structuredClone(response) as never;
      const row = rows(body).find((one) => Object.values(one).includes(traded.venueSymbol));
      assert.ok(row !== undefined);
      row[field] = value;
      const { instruments, issues } = decode(adapter, path, query, body);
      const one: Instrument | undefined = instruments.find(({ key }) => key === traded.key);
      const told = issues.filter(({ unknown }) => ['warp-9', '42'].includes(unknown?.value ?? ''));
      assert.ok(told.every(({ code }) => code === 'unsupported'));
      return { one, told, others: instruments.length - before.length };
    };

    it(`${exchange} leaves a contract of an unknown kind out and says so, and keeps all others`, () => {
      for (const field of kinds) {
        const { one, told, others } = withValue(field, 'warp-9');
        assert.deepEqual([one, others], [undefined, -1], field);
        assert.deepEqual(told.map(({ unknown }) => [unknown?.field.replace('future_type', field), unknown?.value, unknown?.rows]), [[field, 'warp-9', 1]]); // prettier-ignore
      }
    });

    it(`${exchange} follows no contract in an unknown state, and says so`, () => {
      for (const field of states) {
        const value = field === 'contract_status' ? 42 : 'warp-9';
        const { one, told } = withValue(field, value);
        assert.equal(one?.status, 'unknown', field);
        assert.deepEqual(told.map(({ unknown }) => [unknown?.field, unknown?.value]), [[field, String(value)]]); // prettier-ignore
      }
    });

    it(`${exchange} keeps a contract of an unknown class, and calls it no coin`, () => {
      for (const field of classes) {
        const { one, told } = withValue(field, field === 'tradfi_labels' ? ['warp-9'] : 'warp-9');
        assert.ok(one?.status === 'trading', field);
        assert.equal(one.assetClass, 'other', field);
        assert.deepEqual(told.map(({ unknown }) => unknown?.value), ['warp-9']); // prettier-ignore
      }
    });
  }
});

describe('what a contract is on', () => {
  it('is what the exchange says, in its own words for it', () => {
    const cases: readonly [exchange: string, name: string, changes: Row, assetClass: string | undefined][] = [
      ['binance', 'exchange-info', { contractType: 'TRADIFI_PERPETUAL', underlyingType: 'EQUITY' }, 'equity'],
      ['binance', 'exchange-info', { contractType: 'TRADIFI_PERPETUAL', underlyingType: 'COMMODITY' }, 'commodity'],
      ['binance', 'exchange-info', { contractType: 'TRADIFI_PERPETUAL', underlyingType: 'FX' }, 'forex'],
      ['binance', 'exchange-info', { contractType: 'TRADIFI_PERPETUAL', underlyingType: undefined }, 'other'],
      ['binance', 'exchange-info', { contractType: 'PERPETUAL', underlyingType: 'INDEX' }, 'index'],
      ['binance', 'exchange-info', { contractType: 'PERPETUAL', underlyingType: undefined }, undefined],
      ['okx', 'instruments-swap', { instCategory: '3' }, 'equity'],
      ['okx', 'instruments-swap', { instCategory: '' }, undefined],
      ['bybit', 'instruments-linear', { symbolType: 'ETF' }, 'equity'],
      ['bybit', 'instruments-linear', { symbolType: 'forex' }, 'forex'],
      ['bybit', 'instruments-linear', { symbolType: '' }, undefined],
      ['bitget', 'instruments', { isRwa: 'YES' }, 'other'],
      ['bitget', 'instruments', { isRwa: 'NO' }, 'crypto'],
      ['gate', 'instruments', { contract_type: 'metals' }, 'metal'],
      ['gate', 'instruments', { contract_type: '' }, undefined],
      ['kraken-futures', 'instruments', { tradfi: true }, 'other'],
      ['htx', 'instruments', { tradfi_labels: ['Indices', 'Stocks'] }, 'equity'],
      ['htx', 'instruments', { tradfi_labels: ['Metals'] }, 'metal'],
      ['htx', 'instruments', { tradfi_labels: [] }, undefined],
    ]; // prettier-ignore
    for (const [exchange, name, changes, assetClass] of cases) {
      const adapter = exchangeAdapters.find(({ id }) => id === exchange);
      const list = LISTS.find((one) => one.exchange === exchange);
      assert.ok(adapter !== undefined && list !== undefined);
      const { path, query, response } = fixture(exchange, name);
      const traded = decode(adapter, path, query, response).instruments.find(
        ({ kind, status }) => kind === 'perpetual' && status === 'trading',
      );
      assert.ok(traded !== undefined);
      const body = structuredClone(response) as never;
      const row = list.rows(body).find((one) => Object.values(one).includes(traded.venueSymbol));
      assert.ok(row !== undefined);
      Object.assign(row, changes);
      const one = decode(adapter, path, query, body).instruments.find(({ key }) => key === traded.key);
      assert.deepEqual([one?.kind, one?.status, one?.assetClass], ['perpetual', 'trading', assetClass], `${exchange} ${JSON.stringify(changes)}`); // prettier-ignore
    }
  });
});

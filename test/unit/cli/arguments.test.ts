import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readArguments, readAssets, readNumber } from '../../../src/cli/arguments.ts';
import { readExchanges, readTimeoutMs } from '../../../src/cli/engineFor.ts';
import { isPerpscopeError } from '../../../src/core/errors.ts';

const read = (line: string) => readArguments(line === '' ? [] : line.split(' '));
const refuses = (action: () => unknown, message: RegExp): void =>
  assert.throws(action, (thrown) => {
    assert.ok(isPerpscopeError(thrown, 'usage'), String(thrown));
    assert.match(thrown.message, message);
    return true;
  });

describe('the arguments of the command line', () => {
  it('are the command, its options and its words', () => {
    const args = read('report regime --asset BTC,ETH --out=a.md --json --timeout 5');
    assert.equal(args.command, 'report');
    assert.deepEqual(args.positionals, ['regime']);
    assert.deepEqual(
      [args.values['asset'], args.values['out'], args.values['timeout']],
      ['BTC,ETH', 'a.md', '5'],
    );
    assert.deepEqual([...args.flags], ['json']);
    assert.equal(args.values['store'], undefined);
  });

  it('take an option several times where it makes a list', () => {
    const args = read('decode --instruments a.json --instruments b.json c.json d.json');
    assert.deepEqual(args.lists['instruments'], ['a.json', 'b.json']);
    assert.deepEqual(args.positionals, ['c.json', 'd.json']);
    assert.deepEqual(read('decode c.json').lists['instruments'], []);
  });

  it('take everything after -- for words, even with a dash', () => {
    assert.deepEqual(read('decode -- --odd.json').positionals, ['--odd.json']);
  });

  const mistakes: readonly [string, RegExp][] = [
    ['', /^no command was given; run perpscope --help$/],
    ['snapshto', /^unknown command "snapshto", did you mean "snapshot"; run/],
    ['xyzzyxyzzy', /^unknown command "xyzzyxyzzy"; run/],
    ['constructor', /^unknown command "constructor"/],
    ['__proto__', /^unknown command "__proto__"/],
    ['snapshot --aset BTC', /^snapshot does not take --aset that way, did you mean --asset;/],
    ['snapshot --out a.md', /^snapshot does not take --out that way/],
    ['snapshot --json=yes', /^snapshot does not take --json that way; run/],
    ['snapshot --asset', /^snapshot does not take --asset that way; run/],
    ['snapshot ETH', /^snapshot has no place for "ETH", did you mean --asset ETH;/],
    ['report regime ETH', /^report has no place for "ETH", did you mean --asset ETH;/],
    ['simulate now', /^simulate has no place for "now"; run/],
  ];
  for (const [line, message] of mistakes) {
    it(`are refused with advice: perpscope ${line}`, () => refuses(() => read(line), message));
  }
});

describe('the values of options', () => {
  it('are tickers, upper case, each once, bitcoin always BTC', () => {
    assert.deepEqual(readAssets(undefined), ['BTC']);
    assert.deepEqual(readAssets(' btc, ETH,xbt,1000pepe '), ['BTC', 'ETH', 'PEPE']);
    for (const bad of ['', 'BTC,', 'BTC/USDT', 'A'.repeat(21), 'BTC;rm'])
      refuses(() => readAssets(bad), /^--asset takes tickers/);
    assert.deepEqual(readAssets('龙虾,kPEPE,e\u0301'), ['龙虾', 'PEPE', 'É']);
  });

  it('are named where they are refused, without what would act on a terminal', () => {
    refuses(() => readAssets('BTC,ETH/USDT'), /not "ETH\/USDT"; a ticker is/);
    refuses(() => readAssets('BTC\u202e\u001b[31m\u200b'), /not "BTC\\u\{202e\}\\u001b\[31m\\u\{200b\}";/);
  });

  it('are whole numbers in their range', () => {
    const range = { min: 1, max: 600 };
    assert.equal(readNumber('timeout', undefined, range), undefined);
    assert.deepEqual([readNumber('timeout', '1', range), readNumber('timeout', '600', range)], [1, 600]);
    for (const bad of ['0', '601', '1.5', '-1', '1e2', ' 5', '', 'NaN', '9'.repeat(16)])
      refuses(() => readNumber('timeout', bad, range), /^--timeout takes a whole number from 1 to 600, not/);
  });

  it('are seconds for an exchange, in ms, fifteen unless stated', () => {
    assert.equal(readTimeoutMs(read('snapshot')), 15_000);
    assert.equal(readTimeoutMs(read('snapshot --timeout 3')), 3_000);
  });

  it('are known exchanges, each once; a slip names the nearest', () => {
    assert.equal(readExchanges(undefined), undefined);
    assert.deepEqual(readExchanges('OKX, gate,okx'), ['okx', 'gate']);
    refuses(
      () => readExchanges('binnance'),
      /^unknown exchange "binnance" in --exchanges; did you mean "binance"$/,
    );
    refuses(() => readExchanges('nasdaqnyse'), /known: .*okx/);
    refuses(() => readExchanges(''), /^unknown exchange ""/);
  });
});

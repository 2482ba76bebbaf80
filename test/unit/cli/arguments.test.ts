import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { readArguments, readAssets, readNumber } from '../../../src/cli/arguments.ts';
import { readExchanges, readTimeoutMs } from '../../../src/cli/engineFor.ts';
import { readStorePath } from '../../../src/cli/storePath.ts';
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
    const args = read('report regime --asset BTC,ETH --out=a.md --quiet --timeout 5');
    assert.equal(args.command, 'report');
    assert.deepEqual(args.positionals, ['regime']);
    assert.deepEqual(
      [args.values['asset'], args.values['out'], args.values['timeout']],
      ['BTC,ETH', 'a.md', '5'],
    );
    assert.deepEqual([...args.flags], ['quiet']);
    assert.equal(args.values['store'], undefined);
  });

  it('take an option several times where it makes a list', () => {
    const args = read('decode --instruments a.json --instruments b.json c.json d.json');
    assert.deepEqual(args.lists['instruments'], ['a.json', 'b.json']);
    assert.deepEqual(args.positionals, ['c.json', 'd.json']);
    assert.deepEqual(read('decode c.json').lists['instruments'], []);
  });

  it('are the same with -h as with --help, whatever stands beside', () => {
    assert.ok(read('snapshot -h').flags.has('help'));
    assert.ok(read('regime --features a.json --store b --help').flags.has('help'));
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
    ['snapshot --aset BTC', /^snapshot has no option "--aset", did you mean --asset; run/],
    ['snapshot --out a.md', /^snapshot has no option "--out"/],
    ['snapshot -x', /^snapshot has no option "-x"/],
    ['snapshot --json=yes', /^--json takes no value; run/],
    ['snapshot --asset', /^--asset needs a value, for example --asset BTC,ETH; run/],
    ['snapshot --asset --json', /^--asset needs a value/],
    ['snapshot --asset BTC --asset ETH', /^--asset is given twice; run/],
    ['snapshot ETH', /^unexpected "ETH", did you mean: perpscope snapshot --asset ETH; run/],
    ['report regime ETH', /^unexpected "ETH", did you mean: perpscope report regime --asset ETH; run/],
    ['simulate now', /^unexpected "now"; run/],
    ['snapshot \u001b[2J\u202e', /^unexpected "\\u001b\[2J\\u\{202e\}"; run/],
    ['\u001b]0;x\u0007', /^unknown command "\\u001b\]0;x\\u0007"; run/],
    ['snapshot --\u001b[2J', /^snapshot has no option "--\\u001b\[2J"; run/],
    ['snapshot --seed 3', /^--seed is of the simulated market: add --simulated$/],
    ['regime --scenario calm', /^--scenario is of the simulated market: add --simulated$/],
    ['regime --features a.json --simulated', /^--features .* asks no exchange: leave out --simulated$/],
    ['regime --features a.json --exchanges okx', /leave out --exchanges$/],
    ['regime --features a.json --store h.sqlite', /leave out --store$/],
    ['snapshot --simulated --endpoints a.json', /^--endpoints and --simulated exclude each other/],
    ['decode --exchange okx --stream --path /x', /^frames of a stream .*: leave out --path$/],
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

describe('the path of a history', () => {
  it('is that of a file, which need not be there', () => {
    assert.equal(readStorePath(undefined), undefined);
    for (const path of [
      'h.sqlite',
      join(import.meta.dirname, 'none.db'),
      import.meta.filename,
      'c:h.db',
      'naïve‮.db',
    ])
      assert.equal(readStorePath(path), path);
  });

  const refused: readonly [string, RegExp][] = [
    ['', /it is empty$/],
    ['  ', /it is empty$/],
    [':memory:', /leave --store out/],
    ['file:h.db', /"file:h\.db" is an address/],
    ['postgres://host/db', /not supported yet$/],
    ['/dev/null', /is a device$/],
    ['/dev/shm/../stdout', /is a device$/],
    ['/proc/no/such/h.db', /is in a folder of the system$/],
    ['/sys/../sys/h.db', /is in a folder of the system$/],
    ['NUL', /is a device$/],
    ['a/com1.db', /is a device$/],
    [import.meta.dirname, /is a folder$/],
    ['a\u0000b', /"a\\u0000b" is no path$/],
  ];
  for (const [path, message] of refused)
    it(`is refused: ${JSON.stringify(path).slice(0, 40)}`, () => refuses(() => readStorePath(path), message));
});

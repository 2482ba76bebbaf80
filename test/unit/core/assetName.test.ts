import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseAsset, parseAssets } from '../../../src/core/assetName.ts';
import { commonAsset, inCapitals } from '../../../src/core/ids.ts';
import { scaledUnitOf } from '../../../src/core/scaledUnit.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { decodeAnswer } from '../../../src/sources/exchanges/decodeAnswer.ts';
import { escapeMarkdown, plainText } from '../../../src/core/outsideText.ts';
import { parsePanelViewState } from '../../../src/surfaces/protocol/guards.ts';
import { recordedPayloads } from '../../support/recorded.ts';
import { seed } from '../analysis/metrics/seed.ts';

/** What a name must never hold, said another way than the rule says it. */
const HOSTILE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}/\\<>()[\]{}|`,;=@~^$](?<!\p{Sc})/u;

describe("an asset's name", () => {
  it('is one of any script, with digits first or the punctuation of tickers', () => {
    for (const name of ['龙虾', '币安人生', 'रुपया', 'ГРИВНА', '1INCH', 'GROK.X', 'BRK-B', 'A_B', "M'S"])
      assert.equal(parseAsset(name), name);
    for (const name of ['O’HARA', 'US"D"', 'S&P500', 'USD0++', '$WIF', '🚀', 'A#1', 'PURR:2', '1'])
      assert.equal(parseAsset(name), name);
  });

  it('is in capitals and composed, however it is spelled, and bitcoin is BTC', () => {
    assert.deepEqual(parseAssets([' btc', 'xbt', 'é', 'e\u0301', 'E\u0301']), {
      assets: ['BTC', 'É'],
      refused: [],
    });
  });

  it('is that of the coin where thousands are named', () => {
    const names = ['1000PEPE', '1000pepe', 'kPEPE', 'pepe', '1MBABYDOGE', 'SHIB1000', 'KAVA'];
    assert.deepEqual(parseAssets(names).assets, ['PEPE', 'BABYDOGE', 'SHIB', 'KAVA']);
  });

  it('is no other name, and no longer one, in capitals', () => {
    assert.deepEqual(['ß', 'ı', 'ſ', 'ŉ', 'ﬁ', 'İ'].map(inCapitals), ['ß', 'ı', 'ſ', 'ŉ', 'ﬁ', 'İ']);
    assert.notEqual(parseAsset('bıt'), parseAsset('bit'));
    assert.notEqual(parseAsset('ma\u00dfe'), parseAsset('masse'));
    assert.equal('i'.repeat(20).length, parseAsset('i'.repeat(20))?.length);
  });

  for (const [what, name] of Object.entries({
    nothing: '',
    'a space': ' ',
    'two words': 'A B',
    'an ideographic space': 'A\u3000B',
    'a line': 'A\nB',
    NUL: 'BTC\u0000',
    'an escape': '\u001b[31mBTC',
    'right-to-left override': 'BTC\u202e',
    'an isolate': 'BTC\u2066X',
    'an Arabic letter mark': 'BTC\u061c',
    'zero width space': 'BT\u200bC',
    'zero width joiner': 'BT\u200dC',
    'a byte order mark': 'BT\ufeffC',
    'a soft hyphen': 'BT\u00adC',
    'a variation selector': 'BTC\ufe0f',
    'a filler letter': 'BTC\u3164',
    'a blank pattern': 'BTC\u2800',
    'a tag': 'BTC\u{e0041}',
    'a lone surrogate': 'BTC\ud800',
    'private use': 'BTC\ue000',
    'no character': 'BTC\uffff',
    'a path': 'A/B',
    'a path of Windows': 'A\\B',
    'a folder above': '..',
    'an option': '--help',
    'a formula': '=1+1',
    'another formula': '+1',
    'an address': '@A',
    HTML: '<b>',
    'a link': '[a](command:b)',
    'an icon': '$(zap)',
    code: '`a`',
    'a cell': 'a|b',
    'a list': 'a,b',
    'an accent alone': '\u0301A',
    'a tower of accents': `A${'\u0316'.repeat(4)}`,
    'an object': '__proto__ x',
    '21 characters': 'A'.repeat(21),
    '17 pictures': '🚀'.repeat(17),
    'a book': 'A'.repeat(100_000),
  }))
    it(`is not ${what}`, () => assert.equal(parseAsset(name), undefined));

  it(`of any text is undefined or harmless, stands for itself and can be shown (seed ${seed})`, () => {
    const characters = fc.oneof(
      fc.constantFrom(
        ...'aZ0.-_\'"/\\<>()[]{}|`,;=@~^$%+&!#*?: \u0000\u202e\u2066\u200b\ufeffßıİſǰΐé\u0301\u0316龙🚀𝒜\ud800',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    let named = 0;
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 24 }), (parts) => {
        const text = parts.join('');
        const asset = parseAsset(text);
        assert.equal(commonAsset(commonAsset(text)), commonAsset(text));
        if (asset === undefined) return;
        named += 1;
        assert.doesNotMatch(asset, HOSTILE);
        assert.equal(parseAsset(asset), asset);
        assert.equal(parseAsset(asset.normalize('NFD')), asset);
        assert.equal(plainText(asset), asset);
        assert.equal(escapeMarkdown(asset).replace(/\\(?=[^\p{L}\p{N}])/gu, ''), asset);
        assert.ok([...asset].length <= 20 && Buffer.byteLength(asset) <= 64);
        assert.equal(new URLSearchParams(new URLSearchParams({ asset }).toString()).get('asset'), asset);
        assert.equal(parsePanelViewState({ asset, chart: 'all' })?.asset, asset);
      }),
      { seed, numRuns: 20_000 },
    );
    assert.ok(named > 500, `${named} names`);
  });

  for (const adapter of exchangeAdapters)
    it(`is every base asset in the recorded lists of ${adapter.displayName}`, () => {
      for (const { file, envelope } of recordedPayloads(adapter.id)) {
        if (envelope.transport !== 'rest') continue;
        const { path, query, response: body } = envelope;
        const method = envelope.method === 'POST' ? 'POST' : 'GET';
        const answer = { method, path, query, body, receivedAtMs: Date.UTC(2026, 10, 1) } as const;
        for (const { baseAsset } of decodeAnswer(adapter, answer, new Map()).instruments)
          assert.equal(parseAsset(baseAsset), scaledUnitOf(baseAsset)?.asset ?? baseAsset, file);
      }
    });

  for (const adapter of exchangeAdapters)
    it(`is read from the symbols that ${adapter.displayName} would list it under`, () => {
      for (const asset of ['龙虾', '1INCH', '1000PEPE', 'GROK.X', "M'S", '$WIF', 'É', '🚀']) {
        const symbols = [adapter.perpetualSymbol(asset), adapter.spotSymbol?.(asset)];
        for (const symbol of symbols.filter((one) => one !== undefined))
          assert.equal(adapter.parseSymbol(symbol)?.baseAsset, asset, symbol);
      }
    });
});

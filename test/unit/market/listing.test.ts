import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { listedAssets, unlistedOf } from '../../../src/market/listing.ts';
import { unlistedWords } from '../../../src/surfaces/reports/unlistedWords.ts';

const list = (...assets: string[]) => ({ listed: new Set(assets) });
const wordsOf = (
  asset: string,
  results: readonly { listed?: ReadonlySet<string> }[],
  exchanges = results.length,
) => {
  const unlisted = unlistedOf(asset, results, exchanges);
  return unlistedWords(unlisted === undefined ? { asset } : { asset, unlisted });
};

describe('an asset that no exchange lists', () => {
  it('is named, with what somebody may have meant', () => {
    const lists = [list('BTC', 'ETH', '1000PEPE'), list('BTC', 'KPEPE')];
    assert.equal(wordsOf('XYZQ', lists), 'No exchange lists XYZQ as a perpetual.');
    assert.equal(wordsOf('BTCUSDT', lists), 'No exchange lists BTCUSDT as a perpetual. Did you mean BTC?');
    assert.equal(
      wordsOf('PEPE', lists),
      'No exchange lists PEPE as a perpetual. Did you mean KPEPE or 1000PEPE?',
    );
    assert.equal(wordsOf('ETG', lists), 'No exchange lists ETG as a perpetual. Did you mean ETH?');
    assert.deepEqual(listedAssets(lists), ['1000PEPE', 'BTC', 'ETH', 'KPEPE']);
  });

  it('names up to three, the last with or', () => {
    const nearest = ['A', 'B', 'C'];
    const words = unlistedWords({ asset: 'X', unlisted: { lists: 1, of: 1, nearest } });
    assert.equal(words, 'No exchange lists X as a perpetual. Did you mean A, B or C?');
  });

  it('says how many lists that rests on, where it is not all', () => {
    const said = 'No exchange lists XYZQ as a perpetual (the lists of 1 of 3 exchanges were read).';
    assert.equal(wordsOf('XYZQ', [list('BTC'), {}, {}]), said);
    assert.equal(wordsOf('XYZQ', [list('BTC')], 3), said, 'the others are not chosen');
  });

  it('is not said of one that a single exchange lists, nor where no list was read', () => {
    assert.equal(wordsOf('HYPE', [list('BTC'), list('HYPE')]), undefined);
    assert.equal(wordsOf('XYZQ', [{}, {}]), undefined);
    assert.equal(wordsOf('XYZQ', []), undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namedAsset } from '../../../../../src/surfaces/editor/panels/namedAsset.ts';

const ASSETS = ['BTC', 'ETH', '1000PEPE', 'ONE'];

/** Where the cursor stands is marked by `|`. */
const named = (text: string, assets = ASSETS): string | undefined =>
  namedAsset(text.replace('|', ''), text.indexOf('|'), assets);

describe('the asset that a text names', () => {
  it('is the one at the cursor, else the one above, else the one below', () => {
    assert.equal(named('fetch("BTC")\nfetch("E|TH")\nfetch("BTC")'), 'ETH');
    assert.equal(named('a = "BTC"\nb = "ETH"\nprint(a)|\nc = "BTC"'), 'ETH');
    assert.equal(named('|\nc = "BTC"\nd = "ETH"'), 'BTC');
    assert.equal(named('x = ["BTC", "ETH|", "BTC"]'), 'ETH');
    assert.equal(named('|BTC\nETH'), 'BTC');
    assert.equal(named('BTC\nETH|'), 'ETH');
  });

  it('may be the name of a market of it', () => {
    for (const name of ['ETHUSDT', 'ETH-USDT-SWAP', 'ETH/USDT:USDT', 'ETH_USDT', 'ETHPERP', 'ETH-USD'])
      assert.equal(named(`"${name}"|`), 'ETH', name);
    assert.equal(named('1000PEPEUSDT|'), '1000PEPE');
  });

  it('is no part of another word, and none in small letters', () => {
    for (const word of ['STETH', 'ETHFI', 'ETHW', 'WBTC', 'one', 'PHONE', 'ETHUSDTX'])
      assert.equal(named(`${word}|`), undefined, word);
  });

  it('is none where there is none, and none of nobody’s', () => {
    assert.equal(named('print(1)|'), undefined);
    assert.equal(named('BTC|', []), undefined);
    assert.equal(named('|', ASSETS), undefined);
  });

  it('takes signs in a ticker as they are', () => {
    assert.equal(named('axb|', ['a.b']), undefined);
  });
});

import type { Asset } from '../../../core/ids.ts';

/** What may follow a ticker in the name of a market: `BTCUSDT`, `BTC-USDT-SWAP`, `BTC_USDT`, `BTC/USDT:USDT`. */
const QUOTES = '(?:[-_/]?(?:USDT|USDC|USD|PERP))?';

/**
 * Returns the asset that a text names nearest to a place: on the line of the place, else above it, else below; undefined where it names
 * none of `assets`. A name is a ticker in capitals, alone or with its quote currency.
 */
export function namedAsset(text: string, offset: number, assets: readonly Asset[]): Asset | undefined {
  if (assets.length === 0) return undefined;
  const tickers = assets.map((asset) => asset.replace(/[^A-Za-z0-9]/g, '\\$&')).join('|');
  const names = new RegExp(`(?<![A-Za-z0-9])(${tickers})${QUOTES}(?![A-Za-z0-9])`, 'g');
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset);
  let [onLine, above, below]: (Asset | undefined)[] = [];
  let nearest = Infinity;
  for (const { 1: asset, 0: name, index } of text.matchAll(names)) {
    if (index < lineStart) above = asset;
    else if (index >= lineEnd) {
      below = asset;
      break;
    } else {
      const far = Math.max(index - offset, offset - index - name.length, 0);
      if (far < nearest) [onLine, nearest] = [asset, far];
    }
  }
  return onLine ?? above ?? below;
}

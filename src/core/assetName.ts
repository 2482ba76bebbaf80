import { commonAsset, type Asset } from './ids.ts';
import { scaledUnitOf } from './scaledUnit.ts';

/** Longer names are no tickers: the longest that exchanges list have 15 characters (1000000BABYDOGE). */
const MAX_CHARACTERS = 20;
/** As UTF-8; enough for 20 characters of any script in use, not for 20 pictures. */
const MAX_BYTES = 64;

/** What a name may begin with: a letter, digit, currency sign or picture, so that it is no path, option or formula. */
const FIRST = String.raw`[\p{L}\p{N}\p{Sc}\p{So}]`;
/** What may follow, beside accents and vowel signs: the punctuation that names of coins, shares and indices have. */
const REST = String.raw`[\p{L}\p{M}\p{N}\p{Sc}\p{So}.\-_:+&'’"!#%*?]`;
const NAME = new RegExp(`^${FIRST}${REST}*$`, 'u');

/** Letters that show nothing (fillers, joiners, selectors), and accents stacked so high that they cover other lines. */
const MISLEADING = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cn}\u2800]|\p{M}{4}/u;

/** In words, for messages: what an asset's name looks like. */
export const ASSET_NAME_RULE =
  'a ticker such as BTC: letters of any script, digits and . - _ : + & \' " ! # % * ?, at most 20 characters';

/**
 * Returns the asset that a text names, or undefined where it names none. A name has 1 to 20 characters (code points, 64
 * bytes as UTF-8 at most) of any script and begins with a letter, digit, currency sign or picture; further characters
 * may be accents and the punctuation of tickers. Spaces around it are dropped. It comes back as `commonAsset` writes
 * it (NFC, capitals, XBT as BTC), so that the same name spelled otherwise is the same asset; a name of thousands
 * (1000PEPE, kPEPE) names the coin.
 *
 * Refused: control and invisible characters, marks that reorder text, lone surrogates, spaces, commas, slashes,
 * brackets and the other signs that paths, pages, icons of the editor and formulas give a meaning to. Names are
 * escaped wherever they are shown all the same: an exchange may list what nobody can ask for.
 */
export function parseAsset(text: string): Asset | undefined {
  // Before any work on it: nothing so long is a name.
  if (text.length > 4 * MAX_BYTES) return undefined;
  const given = text.trim();
  const name = coinOfName(given) ?? commonAsset(given);
  const isShort = [...name].length <= MAX_CHARACTERS && new TextEncoder().encode(name).length <= MAX_BYTES;
  return isShort && NAME.test(name) && !MISLEADING.test(name) ? name : undefined;
}

function coinOfName(text: string): Asset | undefined {
  return (/^k\p{Lu}{2,}$/u.test(text) ? text.slice(1) : undefined) ?? scaledUnitOf(commonAsset(text))?.asset;
}

/** Returns the assets that a list of texts names, each once, and the entries that name none. */
export function parseAssets(entries: readonly string[]): {
  readonly assets: readonly Asset[];
  readonly refused: readonly string[];
} {
  const parsed = entries.map((entry) => ({ entry, asset: parseAsset(entry) }));
  return {
    assets: [...new Set(parsed.flatMap(({ asset }) => asset ?? []))],
    refused: parsed.filter(({ asset }) => asset === undefined).map(({ entry }) => entry),
  };
}

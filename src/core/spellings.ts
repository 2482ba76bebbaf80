/** Reads the ways in which a text can be written differently and still say the same. Pure. */

type Place = (at: number) => number;

/** A text as it reads, and where each of its characters stands in the text that it was read from. */
export interface Spelling {
  readonly text: string;
  /** Character `at` is what stands in the source from `from(at)` to before `to(at)`. */
  readonly from: Place;
  readonly to: Place;
}

/** `%41%C3`, `\u0041`, `\u{41}`, `\x41`, `&#65;`, `&#x41;`, `\"`. */
const ESCAPES =
  /(?<percent>(?:%[0-9a-f]{2})+)|\\u(?<four>[0-9a-f]{4})|\\u\{(?<brace>[0-9a-f]{1,6})\}|\\x(?<two>[0-9a-f]{2})|&#x(?<entityHex>[0-9a-f]{1,6});|&#(?<entity>\d{1,7});|\\(?<sign>["'\\/])/gi;
/** A text may be escaped twice, as an address within JSON. */
const PASSES = 2;

const BASE64_TOKEN = /[a-z0-9+/_-]{11,}/gi;
const HEX_TOKEN = /[0-9a-f]{16,}/gi;

/** Returns the text with its escapes read; case as it is. */
export function readable(source: string): Spelling {
  let read: Spelling = { text: source, from: (at) => at, to: (at) => at + 1 };
  for (let pass = 0; pass < PASSES; pass++) read = unescaped(read);
  return read;
}

/** Returns the text in lower case; characters that become longer by it stay as they are. */
export function lowered({ text, from, to }: Spelling): Spelling {
  const whole = text.toLowerCase();
  if (whole.length === text.length) return { text: whole, from, to };
  const lower = Array.from({ length: text.length }, (_, at) => {
    const sign = text.charAt(at).toLowerCase();
    return sign.length === 1 ? sign : text.charAt(at);
  });
  return { text: lower.join(''), from, to };
}

/** Returns the letters and digits alone, without the `0x` of a byte. */
export function joined(spelled: Spelling): Spelling {
  return picked(spelled, keptOf(spelled.text));
}

/**
 * Returns the letters and digits with one space between words: what stands in different words is no key, unless every
 * character stands alone.
 */
export function compacted(spelled: Spelling): Spelling {
  const { text } = spelled;
  const kept = keptOf(text);
  const words: number[][] = [];
  let word: number[] = [];
  let before = 0;
  for (const at of kept) {
    if (/\s/.test(text.slice(before, at))) words.push((word = []));
    else if (words.length === 0) words.push(word);
    word.push(at);
    before = at + 1;
  }
  const places = words.flatMap((one, index) => {
    const last = words[index - 1];
    const isApart = last === undefined || (last.length === 1 && one.length === 1);
    // The place of the space is that of any sign between the two.
    return isApart ? one : [(one[0] ?? 0) - 1, ...one];
  });
  return picked(spelled, places, (sign) => (LETTER_OR_DIGIT.test(sign) ? sign : ' '));
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Where the letters and digits of a text stand. */
function keptOf(text: string): number[] {
  const kept: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '0' && /^0x[0-9a-f]{2}/i.test(text.slice(at, at + 4))) at++;
    else if (LETTER_OR_DIGIT.test(text.charAt(at))) kept.push(at);
  }
  return kept;
}

function picked(
  { text, from, to }: Spelling,
  places: readonly number[],
  as = (sign: string): string => sign,
): Spelling {
  return {
    text: places.map((at) => as(text.charAt(at))).join(''),
    from: (at) => from(places[at] ?? 0),
    to: (at) => to(places[at] ?? 0),
  };
}

/** Returns text as the bytes that it has in UTF-8, each as one character. */
export function bytesOf(text: string): string {
  return latin(new TextEncoder().encode(text));
}

/** Returns what the tokens of a text would say if they were Base64 (of either alphabet), at each alignment. */
export function fromBase64({ text, from, to }: Spelling): Spelling[] {
  return [...text.matchAll(BASE64_TOKEN)].flatMap(({ 0: token, index: start }) =>
    [0, 1, 2, 3].map((shift) => {
      const signs = token.slice(shift).replaceAll('-', '+').replaceAll('_', '/');
      const said = atob(signs.slice(0, signs.length - (signs.length % 4 === 1 ? 1 : 0)));
      // Each byte stands in one and a third signs.
      const first = (at: number): number => start + shift + Math.floor((at * 4) / 3);
      const last = (at: number): number => start + shift + Math.ceil(((at + 1) * 4) / 3) - 1;
      return { text: said, from: (at) => from(first(at)), to: (at) => to(last(at)) };
    }),
  );
}

/** Returns what the tokens of a text would say if they were hex, at each alignment. */
export function fromHex({ text, from, to }: Spelling): Spelling[] {
  return [...text.matchAll(HEX_TOKEN)].flatMap(({ 0: token, index: start }) =>
    [0, 1].map((shift) => {
      const said = latin(hexBytes(token.slice(shift)));
      const first = (at: number): number => start + shift + at * 2;
      return { text: said, from: (at) => from(first(at)), to: (at) => to(first(at) + 1) };
    }),
  );
}

/** Returns the places of a list as those of a text. */
const listed =
  (places: readonly number[]): Place =>
  (at) =>
    places[at] ?? 0;

function unescaped(spelled: Spelling): Spelling {
  const { text, from, to } = spelled;
  if (text.search(ESCAPES) < 0) return spelled;
  let read = '';
  const [starts, ends]: [number[], number[]] = [[], []];
  const keep = (first: number, last: number): void => {
    for (let at = first; at < last; at++) {
      read += text.charAt(at);
      starts.push(from(at));
      ends.push(to(at));
    }
  };
  let done = 0;
  for (const match of text.matchAll(ESCAPES)) {
    keep(done, match.index);
    done = match.index + match[0].length;
    const said = meaningOf(match.groups ?? {});
    if (said.length === match[0].length / 3) {
      // Signs that each had three characters of their own.
      for (let at = 0; at < said.length; at++) {
        read += said.charAt(at);
        starts.push(from(match.index + at * 3));
        ends.push(to(match.index + at * 3 + 2));
      }
      continue;
    }
    for (const sign of said.split('')) {
      read += sign;
      starts.push(from(match.index));
      ends.push(to(done - 1));
    }
  }
  keep(done, text.length);
  return { text: read, from: listed(starts), to: listed(ends) };
}

function meaningOf(groups: Readonly<Record<string, string | undefined>>): string {
  const { percent, four, brace, two, entityHex, entity, sign } = groups;
  if (percent !== undefined) return utf8(hexBytes(percent.replaceAll('%', '')));
  if (sign !== undefined) return sign;
  const code =
    entity === undefined ? parseInt(four ?? brace ?? two ?? entityHex ?? '', 16) : parseInt(entity, 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

function hexBytes(hex: string): Uint8Array {
  const length = Math.floor(hex.length / 2);
  return Uint8Array.from({ length }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

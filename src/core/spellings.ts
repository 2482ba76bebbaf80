/** Reads the ways in which a text can be written differently and still say the same. Pure. */

/** A text as it reads, and where each of its characters stands in the text that it was read from. */
export interface Spelling {
  readonly text: string;
  /** `from[i]` to `to[i]` is character `i` in the source. */
  readonly from: readonly number[];
  readonly to: readonly number[];
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
  let read = spelling(source, (at) => at, (at) => at + 1); // prettier-ignore
  for (let pass = 0; pass < PASSES; pass++) read = unescaped(read);
  return read;
}

/** Returns the text in lower case; characters that become longer by it stay as they are. */
export function lowered({ text, from, to }: Spelling): Spelling {
  const lower = Array.from({ length: text.length }, (_, at) => {
    const sign = text.charAt(at).toLowerCase();
    return sign.length === 1 ? sign : text.charAt(at);
  });
  return { text: lower.join(''), from, to };
}

/** Returns the letters and digits alone, without the `0x` of a byte. */
export function compacted({ text, from, to }: Spelling): Spelling {
  const kept: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (/^0x[0-9a-f]{2}/i.test(text.slice(at, at + 4))) at++;
    else if (/[\p{L}\p{N}]/u.test(text.charAt(at))) kept.push(at);
  }
  return {
    text: kept.map((at) => text.charAt(at)).join(''),
    from: kept.map((at) => from[at] ?? 0),
    to: kept.map((at) => to[at] ?? 0),
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
      return spelling(said, (at) => from[first(at)], (at) => to[last(at)]); // prettier-ignore
    }),
  );
}

/** Returns what the tokens of a text would say if they were hex, at each alignment. */
export function fromHex({ text, from, to }: Spelling): Spelling[] {
  return [...text.matchAll(HEX_TOKEN)].flatMap(({ 0: token, index: start }) =>
    [0, 1].map((shift) => {
      const said = latin(hexBytes(token.slice(shift)));
      const first = (at: number): number => start + shift + at * 2;
      return spelling(said, (at) => from[first(at)], (at) => to[first(at) + 1]); // prettier-ignore
    }),
  );
}

type Place = (at: number) => number | undefined;

function spelling(text: string, from: Place, to: Place): Spelling {
  const all = Array.from({ length: text.length }, (_, at) => at);
  return { text, from: all.map((at) => from(at) ?? 0), to: all.map((at) => to(at) ?? 0) };
}

function unescaped({ text, from, to }: Spelling): Spelling {
  let read = '';
  const [starts, ends]: [number[], number[]] = [[], []];
  const keep = (first: number, last: number): void => {
    for (let at = first; at < last; at++) {
      read += text.charAt(at);
      starts.push(from[at] ?? 0);
      ends.push(to[at] ?? 0);
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
        starts.push(from[match.index + at * 3] ?? 0);
        ends.push(to[match.index + at * 3 + 2] ?? 0);
      }
      continue;
    }
    for (const sign of said.split('')) {
      read += sign;
      starts.push(from[match.index] ?? 0);
      ends.push(to[done - 1] ?? 0);
    }
  }
  keep(done, text.length);
  return { text: read, from: starts, to: ends };
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

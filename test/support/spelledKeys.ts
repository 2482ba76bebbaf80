/** Ways in which a server can repeat a key. */
export const SPELLINGS: Readonly<Record<string, (key: string) => string>> = {
  'as it is': (key) => key,
  'in upper case': (key) => key.toUpperCase(),
  'in lower case': (key) => key.toLowerCase(),
  'percent-encoded': (key) =>
    hexPairs(key)
      .map((pair) => `%${pair}`)
      .join(''),
  'percent-encoded in upper case': (key) =>
    hexPairs(key)
      .map((pair) => `%${pair.toUpperCase()}`)
      .join(''),
  'percent-encoded in part': (key) =>
    [...key].map((sign, at) => (at % 3 === 0 ? `%${hexPairs(sign).join('%')}` : sign)).join(''),
  'percent-encoded twice': (key) =>
    hexPairs(key)
      .map((pair) => `%25${pair}`)
      .join(''),
  'in escapes of JSON': (key) => [...key].map((sign) => `\\u00${hexPairs(sign).join('')}`).join(''),
  'in escapes of HTML': (key) => [...key].map((sign) => `&#${sign.charCodeAt(0)};`).join(''),
  'in escapes of C': (key) =>
    hexPairs(key)
      .map((pair) => `\\x${pair}`)
      .join(''),
  'in Base64': (key) => btoa(key),
  'in Base64 after one byte': (key) => btoa(`:${key}`),
  'in Base64 after two bytes and before three': (key) => btoa(`u:${key}:pw`),
  'in Base64 for addresses': (key) =>
    btoa(`u?>${key}~~>`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  'in hex': (key) => hexPairs(key).join(''),
  'in upper hex': (key) => hexPairs(key).join('').toUpperCase(),
  'in hex with colons': (key) => hexPairs(key).join(':'),
  'in hex as bytes': (key) =>
    hexPairs(key)
      .map((pair) => `0x${pair}`)
      .join(', '),
  backwards: (key) => [...key].reverse().join(''),
  'with spaces between': (key) => [...key].join(' '),
  'with dashes between': (key) => [...key].join('-'),
  'in pairs': (key) => key.match(/.{1,2}/g)?.join('.') ?? key,
  'without its end': (key) => `${key.slice(0, -5)}*****`,
  'without its beginning': (key) => `****${key.slice(4)}`,
};

function hexPairs(text: string): string[] {
  return [...text].map((sign) => sign.charCodeAt(0).toString(16).padStart(2, '0'));
}

/** Returns what of a key can be read in a text, however it is spelled: runs of eight of its characters. */
export function tellsOf(key: string, text: string): string[] {
  return Object.entries(SPELLINGS).flatMap(([name, spell]) => {
    const spelled = spell(key);
    // Base64 is told by its middle: its ends depend on what stands beside.
    const whole = name.includes('Base64') ? spelled.slice(5, -5) : spelled;
    const length = Math.round((8 * whole.length) / key.length);
    const seen = Array.from({ length: whole.length - length + 1 }, (_, at) => whole.slice(at, at + length));
    return seen.filter((run) => text.includes(run)).map((run) => `${name}: ${run}`);
  });
}

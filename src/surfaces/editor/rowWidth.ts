/**
 * How wide a row of a tree is, about: the editor cuts what does not fit, also in the middle of a number, and tells nobody.
 * Rows are therefore written for a side bar of 190 px, and what has no room there stands in the hover.
 */

/** Room for a row's text in a side bar of 190 px by its level, as the workbench lays it out; a picture takes its part. */
const ROOM_PX = [137, 129, 121] as const;
const ICON_PX = 22;
const LABEL_PX = 13;
/** The editor writes what stands behind a label smaller. */
const DESCRIPTION_PX = 11.7;
const BETWEEN_PX = 6;

/** Widths of characters in units of the font size: of DejaVu Sans, the widest of the fonts that editors fall back on. */
const WIDTHS: readonly (readonly [characters: string, width: number])[] = [
  ['ijlIJ|', 0.3],
  [' .,·', 0.32],
  [':;/\\', 0.34],
  ['f-', 0.36],
  ['()tr', 0.41],
  ['szcFL', 0.56],
  ['kvxyaoePTY', 0.615],
  ['0123456789$', 0.637],
  ['bdghnpquE', 0.636],
  ['ABCKRSVXZ', 0.7],
  ['DGHNOQU&', 0.79],
  ['w+−±≥', 0.84],
  ['mM%W', 0.98],
];
const WIDTH_OF = new Map(WIDTHS.flatMap(([characters, width]) => [...characters].map((one) => [one, width])));
const widthOf = (character: string): number => WIDTH_OF.get(character) ?? 1;

const textPx = (text: string, fontPx: number): number =>
  [...text].reduce((sum, character) => sum + widthOf(character) * fontPx, 0);

/** Returns whether a row fits a side bar of 190 px; `level` 1 is the top. */
export function fits(level: number, label: string, description: string, hasIcon: boolean): boolean {
  const room = (ROOM_PX[level - 1] ?? 100) - (hasIcon ? ICON_PX : 0);
  const behind = description === '' ? 0 : BETWEEN_PX + textPx(description, DESCRIPTION_PX);
  return textPx(label, LABEL_PX) + behind <= room;
}

/** Returns a text in lines that each fit a row of that level, broken between words, and within a word that fits none. */
export function wrapped(level: number, text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && fits(level, longer, '', false)) lines[lines.length - 1] = longer;
    else lines.push(...broken(level, word));
  }
  return lines;
}

/** A word in as many pieces as it needs. */
function broken(level: number, word: string): string[] {
  const pieces = [''];
  for (const character of word) {
    const longer = `${pieces.at(-1) ?? ''}${character}`;
    if (longer === character || fits(level, longer, '', false)) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}

/** What a number's row may hold: its value in forms from the longest on, how old it is, its names from the fullest on. */
export interface NumberRow {
  readonly values: readonly string[];
  /** Empty for what has no age. */
  readonly age: string;
  readonly names: readonly string[];
  /** A name for where none of the names fits, not even alone. */
  readonly lastName?: string | undefined;
  readonly isStale: boolean;
}

/** A number's row as it fits: label, what stands behind it, and whether there is room for the picture of old numbers. */
export interface FittedRow {
  readonly label: string;
  readonly description: string;
  readonly hasIcon: boolean;
}

/**
 * Returns a number with its age and name, as far as there is room for both. Where there is not, the name stays: a number
 * without one tells nothing, while its age is in the hover. An old number shows by its picture; without room for that its
 * age stays.
 */
export function fittedNumber(
  level: number,
  { values, age, names, lastName = '', isStale }: NumberRow,
): FittedRow {
  const [first = ''] = values;
  const hasIcon = isStale && values.some((value) => fits(level, value, '', true));
  // Room for two digits, so that a row does not change its words as it ages.
  const wide = age.replace(/^\d+/, '00');
  for (const label of values) {
    const both =
      age === '' ? undefined : names.find((name) => fits(level, label, `${wide} ${name}`, hasIcon));
    if (both !== undefined) return { label, description: `${age} ${both}`, hasIcon };
    if (isStale && !hasIcon) continue;
    const name = [...names, lastName].find((one) => one !== '' && fits(level, label, one, hasIcon));
    if (name !== undefined) return { label, description: name, hasIcon };
  }
  const label = values.find((value) => fits(level, value, age, hasIcon)) ?? values.at(-1) ?? first;
  return { label, description: fitting(level, label, [age, ''], hasIcon), hasIcon };
}

/** Returns the first description that fits behind the label, the last of them where none does. */
export function fitting(
  level: number,
  label: string,
  descriptions: readonly string[],
  hasIcon: boolean,
): string {
  return descriptions.find((one) => fits(level, label, one, hasIcon)) ?? descriptions.at(-1) ?? '';
}

import { MINUS } from '../reports/format.ts';

/** Returns what copying a shown value gives: the same digits with the minus of keyboards, which other programs read, and its mark. */
export function copyText(mark: string, value: string): string {
  return `${mark}${value}`.replaceAll(MINUS, '-');
}

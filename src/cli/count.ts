/** Returns a number as a whole one with its thousands apart. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

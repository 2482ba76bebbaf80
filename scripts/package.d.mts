export const vsixFile: string;
/** Whether there was something to build. */
export function ensureBuilt(): Promise<boolean>;
/** The VSIX, which holds what was built. */
export function ensurePackaged(): Promise<string>;

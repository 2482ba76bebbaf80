import { dumpError } from './limits.ts';

/** What of a file is known: its SHA-256, and whether the exchange's own checksum agrees or there is none. */
export interface FileIdentity {
  readonly sha256: string;
  readonly checksum: 'agrees' | 'none';
}

const LINE = /^\uFEFF?([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i;

/**
 * Returns the SHA-256 that the text of a `.CHECKSUM` file states (`<64 digits>  <file name>`). Throws code `decode` where it
 * states none, or that of a file of another name.
 */
export function parseChecksum(text: string, fileName: string): string {
  const [, digits, named] = LINE.exec(text) ?? [];
  if (digits === undefined) throw dumpError(`${fileName}.CHECKSUM`, 'it holds no SHA-256');
  if (named !== undefined && named !== fileName)
    throw dumpError(`${fileName}.CHECKSUM`, `it is about another file, ${named.slice(0, 80)}`);
  return digits.toLowerCase();
}

/** Returns what is known of a file. Throws code `decode` where its bytes are not those of the checksum. */
export function identify(fileName: string, sha256: string, checksumText?: string): FileIdentity {
  if (checksumText === undefined) return { sha256, checksum: 'none' };
  if (parseChecksum(checksumText, fileName) === sha256) return { sha256, checksum: 'agrees' };
  throw dumpError(fileName, 'its bytes are not those of the checksum that stands beside it');
}

/**
 * Returns what a file is beside the one of the same name that was read before: `same` bytes need not be read again, rows of
 * one that was issued anew are revisions of the rows of the old one.
 */
export function issueOf(sha256: string, known: string | undefined): 'first' | 'same' | 'issued-anew' {
  if (known === undefined) return 'first';
  return known === sha256 ? 'same' : 'issued-anew';
}

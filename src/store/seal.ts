import { crc32 } from 'node:zlib';
import type { StoredRow } from './row.ts';

/**
 * Seals: a checksum with each row and block, so that a bit that changed on disk takes one row or block away instead of
 * changing a number. The seal of a payload is its first member, `{"~":123,…}`: the text stays JSON for every reader, and a
 * row of an earlier version, which has none, stays readable.
 */

/** Returns the CRC-32 of a text or of bytes. */
export function sealOf(content: string | Uint8Array, start = 0): number {
  return crc32(content, start);
}

function rowSeal(seriesId: number, { atMs, event, receivedAtMs }: StoredRow, body: string): number {
  return crc32(`${seriesId} ${atMs} ${receivedAtMs} ${body} ${event}`);
}

/** Returns the payload of a row with its seal. */
export function sealPayload(seriesId: number, row: StoredRow): string {
  const seal = rowSeal(seriesId, row, row.payload);
  return row.payload === '{}' ? `{"~":${seal}}` : `{"~":${seal},${row.payload.slice(1)}`;
}

const SEALED = /^\{"~":(\d{1,10})([,}])/;
/** What a seal becomes where its own name is what changed: no field has a name of one character. */
const NAME_OF_ONE = /^\{".?":/su;

/** Returns a stored row with its payload as it was before it was sealed; undefined where the row is damaged. */
export function unsealed(seriesId: number, row: StoredRow): StoredRow | undefined {
  const { payload } = row;
  const [head, seal, mark] = SEALED.exec(payload) ?? [];
  if (head === undefined) return NAME_OF_ONE.test(payload) || !isRecord(payload) ? undefined : row;
  const body = mark === '}' ? '{}' : `{${payload.slice(head.length)}`;
  return rowSeal(seriesId, row, body) === Number(seal) ? { ...row, payload: body } : undefined;
}

/** Only what bears no seal needs to be read as JSON to know whether it is. */
function isRecord(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

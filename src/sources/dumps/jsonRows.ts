import type { ByteSource } from './byteSource.ts';
import type { TakeCells } from './csvRows.ts';
import type { DumpFormat } from './dumpFormat.ts';
import { dumpError } from './limits.ts';

/**
 * Reads the rows of a file of JSON, each as cells in the order of its format. JSON that was cut is none, so that a whole file is told
 * from a part of one. Returns how many bytes it had. Throws code `decode` where it is no JSON or holds no list of rows.
 */
export async function eachJsonRow(
  source: ByteSource,
  rowsOf: NonNullable<DumpFormat['jsonRows']>,
  take: TakeCells,
): Promise<number> {
  const bytes = await source.read(0, source.length);
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw dumpError(source.name, 'it is no JSON, or only a part of it', error);
  }
  const rows = rowsOf(body);
  if (rows === undefined) throw dumpError(source.name, 'it holds no list of rows');
  for (const [index, cells] of rows.entries()) take(cells, index + 1);
  return bytes.length;
}

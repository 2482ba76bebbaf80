import { readFile } from 'node:fs/promises';
import type { MarginTable } from '../../analysis/heatmap/marginBands.ts';
import { PerpscopeError } from '../../core/errors.ts';
import type { MarginTiers } from '../../core/observation.ts';
import { quoted } from '../../core/outsideText.ts';
import { formatUtc } from '../../surfaces/reports/format.ts';
import { unreadable } from '../unreadable.ts';

/**
 * Reads the one margin table in a file of lines that `perpscope decode` printed. Series files state linear contracts, so the table is
 * taken as one of those. Errors: `usage`, with what the file holds instead.
 */
export async function readTiersFile(file: string): Promise<MarginTable> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  const found = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line, at) => tablesOf(file, line, at + 1));
  const [table, ...others] = found;
  const what = `${file}: one margin table expected, as perpscope decode prints it`;
  if (table === undefined) throw new PerpscopeError('usage', `${what}; there is none`);
  if (others.length > 0)
    throw new PerpscopeError(
      'usage',
      `${what}; there are ${found.length}, of ${quoted(found.map(({ instrument }) => instrument).join(', '))}`,
    );
  if (table.unit === 'contracts')
    throw new PerpscopeError(
      'usage',
      `${file}: the table counts contracts of an unknown size; decode it with --instruments`,
    );
  const { unit, tiers, exchange, venueSymbol, atMs } = table;
  return { unit, tiers, margin: 'linear', source: `${exchange} ${venueSymbol}, ${formatUtc(atMs)}` };
}

function tablesOf(file: string, line: string, at: number): MarginTiers[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new PerpscopeError('usage', `${file}, line ${at}: JSON expected: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { observations } = (parsed ?? {}) as { observations?: unknown };
  return (Array.isArray(observations) ? observations : []).filter(isMarginTiers);
}

/** What decode printed is plausible as it stands; a file that somebody wrote by hand need not be. */
function isMarginTiers(value: unknown): value is MarginTiers {
  const { kind, tiers, unit } = (value ?? {}) as Partial<MarginTiers>;
  return (
    kind === 'margin-tiers' &&
    (unit === 'usd' || unit === 'base' || unit === 'contracts') &&
    Array.isArray(tiers) &&
    tiers.every(({ from, maintenanceMarginRate: rate }) => from >= 0 && rate > 0 && rate < 1)
  );
}

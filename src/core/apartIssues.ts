import type { Asset } from './ids.ts';
import type { Issue } from './issue.ts';
import type { Apart, Sifted } from './neighbours.ts';

/** An issue about rows of one endpoint, and the asset that they are about. */
export interface ApartIssue extends Issue {
  readonly asset: Asset;
}

/**
 * Returns what was set apart as issues: one for each field of an instrument, endpoint and cause, which says how many
 * rows it stands for. `path` is the endpoint where `isPathed`, for lists of issues of several answers.
 */
export function issuesOf(
  { apart, undecided }: Pick<Sifted, 'apart' | 'undecided'>,
  isPathed = false,
): ApartIssue[] {
  if (apart.length === 0 && undecided.length === 0) return [];
  const groups = Map.groupBy([...apart, ...undecided], ({ row, field, code, because }) =>
    JSON.stringify([row.instrument, row.endpoint, field, code, because]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { code, row } = first;
    const path = isPathed ? row.endpoint : '';
    return [{ code, path, message: messageOf(first, group), count: group.length, asset: row.baseAsset }];
  });
}

const REASONS: Readonly<Record<Apart['because'], string>> = {
  neighbours: 'the rows and readings beside it contradict it by orders of magnitude; it is kept apart',
  'empty-unproved': 'nothing else says that the market is empty; it is not counted',
  bar: 'its high and low are further apart than a market gets within one bar; it is kept apart',
  pair: 'the same amount in coins and in US dollars contradicts it at the price of that time; it is kept apart',
  contested:
    'another statement of the exchange contradicts it and nothing tells which is right; it is not counted',
  undecided: 'the rows before it are of another scale and nothing tells which is right',
};

function messageOf({ row, field, value, because }: Apart, group: readonly Apart[]): string {
  const times = group.map((one) => one.row.atMs);
  const [from, to] = [Math.min(...times), Math.max(...times)].map((atMs) => new Date(atMs).toISOString());
  const where = group.length === 1 ? `at ${from}` : `in ${group.length} rows from ${from} to ${to}`;
  return `${field} of ${row.venueSymbol} is ${value} ${where}: ${REASONS[because]}`;
}

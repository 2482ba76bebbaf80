import { joinedWords } from '../../core/exchangeNames.ts';
import type { Range } from '../../series/range/readRange.ts';
import type { StoreDamage } from '../../store/damage.ts';
import type { Asked } from './rangeOptions.ts';

/**
 * Returns what a result lacks, a sentence each, and the exit code that says so: 0 nothing, 1 there is no value at all, 3 what was
 * asked for is there in part.
 */
export function remarksOn(
  { query }: Asked,
  range: Range,
): { readonly code: number; readonly remarks: readonly string[] } {
  // prettier-ignore
  const { asset, id, exchanges = [] } = query;
  const what = `${id} of ${asset}`;
  if (range.extent === undefined) return { code: 1, remarks: [`the history has no ${what} in this time`] };
  const lacking = exchanges.filter((one) => !range.columns.some(({ exchange }) => exchange === one));
  const remarks = lacking.length === 0 ? [] : [`the history has no ${what} from ${joinedWords(lacking)} in this time`]; // prettier-ignore
  let isPartial = lacking.length > 0;
  const { sum } = range;
  if (sum !== undefined && sum.exchanges.length < 2) {
    // A choice that names the aggregate is not met; where nobody chose, one exchange is all there is.
    isPartial ||= query.exchanges !== undefined;
    const alone = sum.exchanges.length === 0 ? 'no exchange' : `${joinedWords(sum.exchanges)} alone`;
    remarks.push(`no sum over exchanges: ${alone} could take part${reasons(range)}; it is left empty`);
  } else if (sum !== undefined && sum.leftOut.length > 0) {
    const percent = Math.round(sum.share * 100);
    remarks.push(
      `the sum is of ${joinedWords(sum.exchanges)}, ${percent} % of the usual total${reasons(range)}`,
    );
  }
  if (range.apart > 0)
    remarks.push(`left out as impossible beside their neighbours: ${range.apart} values of ${what}`);
  return { code: isPartial ? 3 : 0, remarks };
}

/** Returns a sentence on what could not be read; undefined where everything could. */
export function damageRemark({ rows, blocks, names }: StoreDamage): string | undefined {
  if (rows + blocks === 0) return undefined;
  return `parts of the history cannot be read and are left out: ${rows} rows and ${blocks} blocks of rows of ${names.join(', ')}`;
}

function reasons({ sum }: Range): string {
  const out = sum?.leftOut ?? [];
  return out.length === 0 ? '' : ` (left out: ${out.map(({ exchange, reason }) => `${exchange}, ${reason}`).join('; ')})`; // prettier-ignore
}

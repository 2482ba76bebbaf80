import type { LongShortRatio } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { isRecord, NO } from '../kit/field.ts';
import { epochMs, nonNegative, optional, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { answer, at, barLength, byPerpetual, DOCS, DOCS_V5, rowsOf } from './shared.ts';

const share = optional(nonNegative);
const isShare = (value: number | undefined): value is number => value !== undefined && value <= 1;
const RATIO = rowReader({ ts: epochMs, contract_code: optional(text), buy_ratio: share, sell_ratio: share });

/** The contract that an answer names beside its rows. */
function namedIn(data: unknown): string | undefined {
  const named = text.read(isRecord(data) ? data['contract_code'] : undefined);
  return named === NO ? undefined : named;
}

/**
 * The largest accounts: how many are long or short, or what they hold. `locked_ratio` is those that hold both; the
 * ratio is recomputed from the shares, which stay fractions of all three.
 */
const ratioOf = (name: string, path: string, docsUrl: string, population: LongShortRatio['population']) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, docsUrl),
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: byPerpetual(path, { period: '60min' }),
    schema: answer,
    map({ data }, context) {
      const found = rowsOf(data);
      const named = namedIn(data);
      const shared = { kind: 'long-short-ratio', population, barMs: barLength(context, undefined, found.list, 'ts', 1) } as const;
      const out = columnsOf(context, shared, ['longShortRatio', 'longShare', 'shortShare'], found.list.length);
      RATIO.each(found.list, found.path, context, (row, place) => {
        const who = context.subject(row.contract_code ?? named, place);
        if (who === undefined) return;
        const { buy_ratio: longs, sell_ratio: shorts } = row;
        if (!isShare(longs) || !isShare(shorts) || longs <= 0 || shorts <= 0) {
          const message = 'no shares of longs and shorts between 0 and 1';
          context.report({ code: 'decode', path: String(place), message });
          return;
        }
        out.of(who).push(row.ts, longs / shorts, longs, shorts);
      });
      return out.chunks();
    },
  }); // prettier-ignore

const V1 = '/linear-swap-api/v1';
const TOP = 'general-query-top-trader-sentiment-index-function';
export const topAccounts = ratioOf('top-accounts', `${V1}/swap_elite_account_ratio`, `${DOCS}#${TOP}-account`, 'top-accounts'); // prettier-ignore
export const topPositions = ratioOf('top-positions', `${V1}/swap_elite_position_ratio`, `${DOCS}#${TOP}-position`, 'top-positions'); // prettier-ignore
export const topAccountsV5 = ratioOf('top-accounts-v5', '/v5/market/elite_account_ratio', DOCS_V5, 'top-accounts'); // prettier-ignore
export const topPositionsV5 = ratioOf('top-positions-v5', '/v5/market/elite_position_ratio', DOCS_V5, 'top-positions'); // prettier-ignore

import * as z from 'zod';
import type { LongShortRatio } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll } from '../contract.ts';
import { epochMs, nonNegative, optional, text } from '../decode.ts';
import { observe } from '../mapping.ts';
import {
  answer, barLength, byPerpetual, DOCS, DOCS_V5, mapNamed, periodOf, requestedCode, rowsOf,
} from './shared.ts'; // prettier-ignore

const share = optional(nonNegative);
const isShare = (value: number | undefined): value is number => value !== undefined && value <= 1;

/**
 * The largest accounts: how many are long or short, or what they hold. `locked_ratio` is those that hold both; the
 * ratio is recomputed from the shares, which stay fractions of all three.
 */
const ratioOf = (name: string, path: string, docsUrl: string, population: LongShortRatio['population']) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl,
    weight: 1,
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: byPerpetual(path, { period: '60min' }),
    schema: answer,
    map({ data }, context) {
      const schema = z.object({ ts: epochMs, contract_code: optional(text), buy_ratio: share, sell_ratio: share });
      const found = rowsOf(data);
      const head = z.object({ contract_code: text }).safeParse(data);
      const named = head.success ? head.data.contract_code : requestedCode(context);
      const barMs = barLength(found.list, 'ts', 1, periodOf(undefined, context));
      return mapNamed(found, context, schema, (row) => row.contract_code ?? named, (row, who, path) => {
        const { buy_ratio: longShare, sell_ratio: shortShare } = row;
        if (!isShare(longShare) || !isShare(shortShare) || longShare <= 0 || shortShare <= 0) {
          context.report({ code: 'decode', path, message: 'no shares of longs and shorts between 0 and 1' });
          return [];
        }
        const shares = { longShortRatio: longShare / shortShare, longShare, shortShare };
        return [observe(context, who, row.ts, { kind: 'long-short-ratio', population, barMs, ...shares })];
      }); // prettier-ignore
    },
  }); // prettier-ignore

const V1 = '/linear-swap-api/v1';
const TOP = 'general-query-top-trader-sentiment-index-function';
export const topAccounts = ratioOf('top-accounts', `${V1}/swap_elite_account_ratio`, `${DOCS}#${TOP}-account`, 'top-accounts'); // prettier-ignore
export const topPositions = ratioOf('top-positions', `${V1}/swap_elite_position_ratio`, `${DOCS}#${TOP}-position`, 'top-positions'); // prettier-ignore
export const topAccountsV5 = ratioOf('top-accounts-v5', '/v5/market/elite_account_ratio', DOCS_V5, 'top-accounts'); // prettier-ignore
export const topPositionsV5 = ratioOf('top-positions-v5', '/v5/market/elite_position_ratio', DOCS_V5, 'top-positions'); // prettier-ignore

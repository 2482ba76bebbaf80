import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import {
  decimal, decodeRow, decodeAllRows, epochMs, epochSeconds, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { intervalOrIssue } from '../fundingInterval.ts';
import { reportHalt, sizeStated } from '../heldAgainstList.ts';
import { observe, subjectOf, type Subject } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import { CONTRACT, contractSizeOf, fundingCapOf, isDelisting, isQuanto, STATUS } from './instruments.ts';
import {
  byContract, DOCS, FUTURES, mapNamed, openInterestUnits, parseSymbol, pathOf, perEndpoint, sizeReporter, toBase,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);

export const contract = definePoll({
  id: 'gate/contract',
  method: 'GET',
  path: `${FUTURES}/contracts/{contract}`,
  docsUrl: `${DOCS}/#get-a-single-contract`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/contracts/{contract}`),
  yields: ['mark-price', 'funding-rate', 'open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: ({ instrument }) =>
    instrument.kind === 'perpetual'
      ? {
          method: 'GET',
          path: pathOf(instrument, `contracts/${encodeURIComponent(instrument.venueSymbol)}`),
          query: {},
        }
      : undefined,
  schema: () => z.record(z.string(), z.unknown()),
  map(payload, context) {
    const schema = z.object({
      ...CONTRACT,
      ...STATUS,
      mark_price: price,
      index_price: price,
      last_price: price,
      funding_rate: optional(decimal),
      funding_next_apply: optionalNonZero(epochSeconds),
      position_size: optional(nonNegative),
    });
    const reportSize = sizeReporter(context);
    return mapNamed([payload], context, schema, (row) => row.name, (row, who, path) => {
      if (isQuanto(row, context.params['settle'])) {
        // As in the list: its contracts are no number of coins.
        context.report({ code: 'unsupported', path: row.name, message: `${row.name} is a quanto contract` });
        return [];
      }
      const observations: Observation[] = [];
      reportHalt(context, who, isDelisting(row), path);
      const size = sizeStated(context, who, contractSizeOf(row), `${path}.quanto_multiplier`);
      const { mark_price: markPriceQuote, index_price: indexPriceQuote, last_price: lastPriceQuote } = row;
      if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
        const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
        observations.push(observe(context, who, undefined, prices));
      }
      if (row.position_size !== undefined) {
        if (size === undefined) reportSize(who, `${path}.position_size`);
        const { name: venueSymbol, position_size: stated } = row;
        context.stateSides?.({ field: 'position_size', venueSymbol, size: stated, sides: 'one' });
        const units = openInterestUnits(row.position_size, size, markPriceQuote);
        observations.push(observe(context, who, undefined, { kind: 'open-interest', sides: 'one', ...units }));
      }
      if (row.funding_rate === undefined) return observations;
      const seconds = row.funding_interval;
      const statedMs = seconds === undefined ? undefined : seconds * SECOND_MS;
      const evidence = { statedMs, settlesAtMs: row.funding_next_apply };
      const interval = intervalOrIssue(context, who, evidence, `${path}.funding_rate`);
      if (interval === undefined) return observations;
      const cap = fundingCapOf(row);
      // `funding_rate` is what `funding_next_apply` will settle; `funding_rate_indicative` is about the period after.
      const funding = {
        kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: row.funding_rate, ...interval,
        settlesAtMs: row.funding_next_apply, cap, floor: cap === undefined ? undefined : -cap,
      } as const; // prettier-ignore
      return [...observations, observe(context, who, undefined, funding)];
    }); // prettier-ignore
  },
});

/** A whole book; of its times the pushed one counts milliseconds (`t`), the answered ones seconds. */
export const bookRow = () =>
  z.object({
    contract: optional(text),
    asks: rows,
    bids: rows,
    t: z.unknown().optional(),
    current: z.unknown().optional(),
    update: z.unknown().optional(),
  });

/** Sums a book within the band. */
export function depthOf(
  context: MapContext,
  who: Subject,
  book: z.infer<ReturnType<typeof bookRow>>,
  path: string,
  atMs?: number,
): Observation[] {
  const size = who.instrument?.contractSize;
  if (size === undefined) sizeReporter(context)(who, `${path}bids`);
  const level = z.object({ p: positive, s: nonNegative });
  // Inverse sizes are dollars; divided by their price they are coins, and the sums come out right in both units.
  const side = (list: readonly unknown[], name: string): [number, number][] =>
    decodeAllRows(list, level, `${path}${name}`, context).map(({ p, s }) => [p, toBase(s, size, p) ?? s]);
  const sums = sumDepth(side(book.bids, 'bids'), side(book.asks, 'asks'), size === undefined ? undefined : 1);
  if (sums === undefined) {
    context.report({ code: 'implausible', path, message: 'the book is empty on one side or crossed' });
    return [];
  }
  const times = z.object({
    t: optional(epochMs),
    current: optional(epochSeconds),
    update: optional(epochSeconds),
  });
  const { t, current, update } = book;
  const stated = decodeRow({ t, current, update }, times, path, context);
  return [
    observe(context, who, stated?.t ?? stated?.update ?? stated?.current ?? atMs, { kind: 'depth', ...sums }),
  ];
}

export const depth = definePoll({
  id: 'gate/depth',
  method: 'GET',
  path: `${FUTURES}/order_book`,
  docsUrl: `${DOCS}/#query-futures-market-depth-information`,
  weight: 1,
  scope: perEndpoint(`${FUTURES}/order_book`),
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byContract('order_book', { limit: '300' }),
  schema: bookRow,
  map(payload, context) {
    const who = subjectOf({ parseSymbol }, context, undefined, context.params['contract'], '');
    return who === undefined ? [] : depthOf(context, who, payload, '');
  },
});

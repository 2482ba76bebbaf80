import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { reportHalt, sizeStated } from '../heldAgainstList.ts';
import { amounts } from '../kit/amounts.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import type { Read } from '../kit/field.ts';
import {
  anything, decimal, epochMs, epochSeconds, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { object, record, rows } from '../kit/payloads.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { readWhole, rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { mapEach } from '../kit/eachRow.ts';
import { observe } from '../mapping.ts';
import { CONTRACT, contractSizeOf, fundingCapOf, isDelisting, isQuanto, STATUS } from './instruments.ts';
import { atFutures, byContract, openInterestUnits, underContract } from './shared.ts';

const price = optionalNonZero(positive);
const READER = rowReader(
  {
    ...CONTRACT, ...STATUS, mark_price: price, index_price: price, last_price: price, funding_rate: optional(decimal),
    funding_next_apply: optionalNonZero(epochSeconds), position_size: optional(nonNegative),
  },
  { symbol: 'name' },
); // prettier-ignore

export const contract = definePoll({
  id: 'gate/contract',
  ...atFutures('contracts/{contract}', 'get-a-single-contract'),
  yields: ['mark-price', 'funding-rate', 'open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: underContract('contracts'),
  schema: record,
  map(payload, context) {
    const reportSize = sizeReporter(context);
    return mapEach(context, [payload], '', READER, (row, who, at) => {
      if (isQuanto(row, context.params['settle'])) {
        // As in the list: its contracts are no number of coins.
        context.report({ code: 'unsupported', path: row.name, message: `${row.name} is a quanto contract` });
        return [];
      }
      const observations: Observation[] = [];
      reportHalt(context, who, isDelisting(row), String(at));
      const size = sizeStated(context, who, contractSizeOf(row), at.in('quanto_multiplier'));
      const { mark_price: markPriceQuote, index_price: indexPriceQuote, last_price: lastPriceQuote } = row;
      if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
        const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
        observations.push(observe(context, who, undefined, prices));
      }
      if (row.position_size !== undefined) {
        if (size === undefined) reportSize(who, at, 'position_size');
        const { name: venueSymbol, position_size: stated } = row;
        context.stateSides?.({ field: 'position_size', venueSymbol, size: stated, sides: 'one' });
        const units = openInterestUnits(who, stated, size, markPriceQuote);
        observations.push(
          observe(context, who, undefined, { kind: 'open-interest', sides: 'one', ...units }),
        );
      }
      if (row.funding_rate === undefined) return observations;
      const seconds = row.funding_interval;
      const statedMs = seconds === undefined ? undefined : seconds * SECOND_MS;
      const evidence = { statedMs, settlesAtMs: row.funding_next_apply };
      const interval = intervalOrIssue(context, who, evidence, at.in('funding_rate'));
      if (interval === undefined) return observations;
      const cap = fundingCapOf(row);
      // `funding_rate` is what `funding_next_apply` will settle; `funding_rate_indicative` is about the period after.
      const funding = {
        kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: row.funding_rate, ...interval,
        settlesAtMs: row.funding_next_apply, cap, floor: cap === undefined ? undefined : -cap,
      } as const; // prettier-ignore
      observations.push(observe(context, who, undefined, funding));
      return observations;
    });
  },
});

/** A whole book; of its times the pushed one counts milliseconds (`t`), the answered ones seconds. */
export const BOOK = {
  contract: optional(text), asks: rows, bids: rows, t: anything, current: anything, update: anything,
} as const; // prettier-ignore
const ANSWER = object(BOOK);
const TIMES = object({
  t: optional(epochMs),
  current: optional(epochSeconds),
  update: optional(epochSeconds),
});

/** Sums a book within the band. */
export function depthOf(
  context: MapContext,
  who: Subject,
  book: Pick<Read<typeof ANSWER>, 'asks' | 'bids' | 't' | 'current' | 'update'>,
  at: Path,
  atMs?: number,
): Observation[] {
  const size = who.instrument?.contractSize;
  if (size === undefined) sizeReporter(context)(who, at, 'bids');
  // Inverse sizes are dollars; divided by their price they are coins, and the sums come out right in both units.
  const toBase = (contracts: number, price: number): number =>
    amounts(who, 'contracts', contracts, price).base ?? contracts;
  const side = (name: 'bids' | 'asks'): Side =>
    readSide(context, book[name], pathOf(at, name), toBase, ['p', 's']);
  const sums = sumBook(side('bids'), side('asks'), size === undefined ? undefined : 1);
  if (sums === undefined) {
    const message = 'the book is empty on one side or crossed';
    context.report({ code: 'implausible', path: pathOf(at), message });
    return [];
  }
  const { t, current, update } = book;
  const stated = readWhole({ t, current, update }, TIMES, at, context);
  const bookAtMs = stated?.t ?? stated?.update ?? stated?.current ?? atMs;
  return [observe(context, who, bookAtMs, { kind: 'depth', ...sums })];
}

export const depth = definePoll({
  id: 'gate/depth',
  ...atFutures('order_book', 'query-futures-market-depth-information'),
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byContract('order_book', { limit: '300' }),
  schema: ANSWER,
  map(payload, context) {
    const who = context.subject(undefined, '');
    return who === undefined ? [] : depthOf(context, who, payload, '');
  },
});

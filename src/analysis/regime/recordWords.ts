import { DAY_MS } from '../../core/units.ts';
import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import { featureValue } from './featureValue.ts';
import type { FeatureSet } from './features.ts';

/** Says on which exchanges open interest is at a record, and whether the others confirm it (article 001). */
export function recordStatements(features: FeatureSet): string[] {
  const isRecord = featureValue(features, 'openInterestRecord') === 1;
  const { openInterestRecordByExchange: claims = {}, openInterestRecordAggregate: ofSum } = features.values;
  const at = inShownOrder(Object.keys(claims).filter((id) => claims[id] === true));
  if (!isRecord && at.length === 0 && ofSum !== true) return [];
  return [
    whereRecord(at, Object.keys(claims).length, ofSum, recordWindow(features)),
    ...(ofSum === true && at.length > 0 ? ['The sum over exchanges is at its highest, too.'] : []),
    ...(ofSum === false ? ['The sum over exchanges is below its highest.'] : []),
    'A record says how much is at stake, not which way the price will go.',
  ];
}

function whereRecord(
  at: readonly string[],
  known: number,
  ofSum: boolean | undefined,
  window: string,
): string {
  const where = joinedWords(at.map(exchangeName));
  if (known === 0) {
    if (ofSum === true)
      return `The sum over exchanges is at its highest${window}; which exchanges are is not stated.`;
    return `Open interest is at its highest${window}; it is not stated whether other exchanges confirm it.`;
  }
  if (at.length === 0)
    return ofSum === false
      ? 'Open interest is at a record on no exchange that is named.'
      : `Open interest over all exchanges is at its highest${window}, on no single exchange.`;
  const highest = `Open interest on ${where} is at its highest${window}`;
  if (at.length < known) return `${highest}: a record on ${where}, not confirmed elsewhere.`;
  if (at.length === 1) return `${highest}; it is not stated whether other exchanges confirm it.`;
  return `${highest}: a record on every exchange with enough history.`;
}

/** A record is one within the history at hand, never of all time. The history of stated values is not known. */
function recordWindow({ origins }: FeatureSet): string {
  const windowMs = origins.openInterestRecordByExchange?.baselineWindowMs;
  return windowMs === undefined ? '' : ` of the last ${Math.floor(windowMs / DAY_MS)} days`;
}

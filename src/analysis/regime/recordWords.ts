import { DAY_MS } from '../../core/units.ts';
import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import { featureValue } from './featureValue.ts';
import type { FeatureSet } from './features.ts';
import { highStatements, historyWords } from './highestWords.ts';
import type { OwnTurn } from './venues/ownTurns.ts';

/**
 * Says on which exchanges open interest is at a record, and whether the others confirm it (article 001). `turn` is what the one
 * exchange at a record does beside the others: it is said in the same sentence, not twice.
 */
export function recordStatements(features: FeatureSet, turn?: OwnTurn): string[] {
  const isRecord = featureValue(features, 'openInterestRecord') === 1;
  const { openInterestRecordByExchange: claims = {}, openInterestRecordAggregate: ofSum } = features.values;
  const at = atRecord(features);
  const highs = highStatements(features);
  if (!isRecord && at.length === 0 && ofSum !== true) return highs;
  return [
    whereRecord(at, Object.keys(claims).length, ofSum, recordWindow(features), turn),
    ...(ofSum === true && at.length > 0
      ? [`The sum over exchanges is at its highest, too${sumHistory(features)}.`]
      : []),
    ...(ofSum === false ? ['The sum over exchanges is below its highest.'] : []),
    ...highs,
    ...gapsWords(features, at),
    'A record says how much is at stake, not which way the price will go.',
  ];
}

/** Returns what the one exchange that is at a record, unlike others, does beside them, where that is a statement. */
export function turnAtRecord(features: FeatureSet, turns: readonly OwnTurn[]): OwnTurn | undefined {
  const at = atRecord(features);
  const isAlone =
    at.length === 1 && Object.keys(features.values.openInterestRecordByExchange ?? {}).length > 1;
  return isAlone ? turns.find(({ exchange }) => exchange === at[0]) : undefined;
}

function atRecord({ values: { openInterestRecordByExchange: claims = {} } }: FeatureSet): string[] {
  return inShownOrder(Object.keys(claims).filter((id) => claims[id] === true));
}

function whereRecord(
  at: readonly string[],
  known: number,
  ofSum: boolean | undefined,
  window: string,
  turn: OwnTurn | undefined,
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
  if (at.length < known)
    return `${highest}: a record on ${where}, not confirmed elsewhere${turn === undefined ? '' : `; it ${turn.says}`}.`;
  if (at.length === 1) return `${highest}; it is not stated whether other exchanges confirm it.`;
  return `${highest}: a record on every exchange with enough history.`;
}

/** How far the sum reaches back, where it is not stated but computed. */
function sumHistory({ origins }: FeatureSet): string {
  const reach = origins.openInterestRecordAggregate?.reach?.['sum'];
  return reach === undefined ? '' : `; ${historyWords(reach)}`;
}

/** A record over a history with gaps may not have been one: they are named. */
function gapsWords({ origins }: FeatureSet, at: readonly string[]): string[] {
  const reach = origins.openInterestRecordByExchange?.reach;
  return at.flatMap((id) => {
    const own = reach?.[id];
    return own?.gaps ? [`On ${exchangeName(id)}: ${historyWords(own)}.`] : [];
  });
}

/** A record is one within the history at hand, never of all time. The history of stated values is not known. */
function recordWindow({ origins }: FeatureSet): string {
  const windowMs = origins.openInterestRecordByExchange?.baselineWindowMs;
  return windowMs === undefined ? '' : ` of the last ${Math.floor(windowMs / DAY_MS)} days`;
}

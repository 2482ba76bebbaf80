import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { remainingMs, SHORTEST_PAUSE_MS } from './pauseLength.ts';

const UNTIL =
  /\b(?:banned|blocked|locked|restricted|suspended|limited)\b[^\d]{0,40}\buntil\b[^\d]{0,20}(?:(?<epoch>\d{10}(?:\d{3})?)\b|(?<date>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(?<zone>[+-]\d\d:?\d\d)?)/i;
const COUNT = String.raw`(?<count>\d{1,9}(?:\.\d{1,9})?)`;
const UNIT = String.raw`(?<unit>ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|days?)\b`;
/** "retry in 1.5 seconds", "banned for 2 hours", "wait 30 seconds". */
const FOR = new RegExp(
  String.raw`\b(?:(?:retry|try again|wait|banned|blocked)\b[^\d]{0,40}\b(?:in|after|for)|wait)\b[^\d]{0,20}${COUNT} ?${UNIT}`,
  'i',
);
/** "retry after 5", `"retry_after": 30`, `retryAfterMs: 500`: seconds where it does not say otherwise. */
const BARE = new RegExp(
  String.raw`\b(?:re)?try(?: again)?[ _-]?(?:after|in)[ _-]?(?<unit>ms|s|sec|seconds)?["']?[ :=]{1,3}["']?${COUNT}(?![\d:/-]|\.\d)`,
  'i',
);
const UNIT_MS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|milli)/i, 1],
  [/^s/i, SECOND_MS],
  [/^m/i, MINUTE_MS],
  [/^h/i, HOUR_MS],
  [/^d/i, DAY_MS],
];
/** Refusals are short; nothing else is searched. */
const REFUSAL_CHARACTERS = 2_000;

/**
 * Returns the pause that the words of a refusal ask for, in ms: "banned until 1573456789123" (epoch ms or s, or a date of
 * ISO 8601), "try again in 30 seconds", "retry after 5". Undefined where they name none. A time is measured as that of a
 * Retry-After header is: against the server's own `date` header where that makes sense.
 */
export function pauseInWords(
  text: string,
  serverDate: string | undefined,
  nowMs: number,
): number | undefined {
  const said = text.slice(0, REFUSAL_CHARACTERS);
  const untilMs = untilOf(UNTIL.exec(said)?.groups ?? {});
  if (untilMs !== undefined) return remainingMs(untilMs, serverDate, nowMs);
  const { count, unit = 's' } = FOR.exec(said)?.groups ?? BARE.exec(said)?.groups ?? {};
  const unitMs = UNIT_MS.find(([pattern]) => pattern.test(unit))?.[1];
  if (count === undefined || unitMs === undefined) return undefined;
  return Math.max(SHORTEST_PAUSE_MS, Math.ceil(Number(count) * unitMs));
}

/** Reads an epoch in ms or s, or a date of ISO 8601, which is one of UTC unless it says otherwise. */
function untilOf({
  epoch,
  date,
  time,
  zone = 'Z',
}: Readonly<Record<string, string | undefined>>): number | undefined {
  if (epoch !== undefined) return Number(epoch) * (epoch.length === 10 ? SECOND_MS : 1);
  if (date === undefined || time === undefined) return undefined;
  const atMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

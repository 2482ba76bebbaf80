import type { ExchangeHealth, HealthState } from '../../market/health.ts';
import { plainText } from '../../core/outsideText.ts';
import type { HealthRow } from './healthRow.ts';
import { sideRows } from './sideRows.ts';
import { wayRow } from './wayRow.ts';
import { NOT_REPORTED, formatAge, formatAgo, formatDuration, formatShare, formatUtc } from './format.ts';

/** The words for a state. */
export const HEALTH_WORDS: Readonly<Record<HealthState, string>> = {
  fresh: 'fresh',
  partial: 'partly answered',
  stale: 'stale',
  limited: 'limited',
  'geo-blocked': 'not available here',
  failed: 'failed',
  waiting: 'not asked yet',
  'switched-off': 'switched off',
};

/** Whether an exchange was asked at all, so that there is more to say of it than its state. */
export const wasAsked = ({ state }: Pick<ExchangeHealth, 'state'>): boolean =>
  state !== 'waiting' && state !== 'switched-off';

type Stream = ExchangeHealth['streams'][number];

/** Returns the lines about one exchange: requests, age, budget, drops, last error, next attempt, then its streams. */
export function healthRows(health: ExchangeHealth, nowMs: number): HealthRow[] {
  const { answered, failed, latencyMs, refreshMs, newestAtMs, lastError, nextAttemptAtMs } = health;
  if (!wasAsked(health)) return [];
  const row = (id: string, label: string, value: string, detail = '', isTrouble = false): HealthRow => ({
    id,
    label,
    value,
    detail,
    isTrouble,
  });
  const isWaiting = nextAttemptAtMs !== undefined && nextAttemptAtMs > nowMs;
  return [
    row(
      'requests',
      'Requests',
      `${answered} answered, ${failed} failed`,
      `Of the last refresh, ${formatAgo(health.askedAtMs, nowMs)}.`,
      failed > 0,
    ),
    row(
      'latency',
      'Latency',
      latencyText(latencyMs),
      'Median time from sending a request to its answer, at the last refresh.',
    ),
    row(
      'refresh',
      'Refresh took',
      latencyText(refreshMs),
      'From the first request to the last answer, waiting for the limits of the exchange included.',
    ),
    ...(health.ways === undefined || health.ways.length === 0 ? [] : [wayRow(health.ways)]),
    row(
      'age',
      'Data age',
      formatAge(newestAtMs, nowMs),
      'Age of the newest reading of a perpetual, by the time the exchange states.',
      health.state === 'stale',
    ),
    ...health.budgets.map(({ host, usedWeight, weight, windowMs, nextAttemptAtMs: opensAtMs }, index) =>
      row(
        `budget-${index}`,
        host === 'rest' ? 'Weight used' : `Weight used, ${host}`,
        `${Math.round(usedWeight)} of ${weight} per ${formatDuration(windowMs)}`,
        opensAtMs === undefined
          ? `${formatShare(usedWeight / weight)} of what the exchange allows this address.`
          : `Left alone until ${formatUtc(opensAtMs)}.`,
        opensAtMs !== undefined,
      ),
    ),
    row(
      'drops',
      'Not used',
      dropText(health.drops),
      'Fields, rows and answers since the start, by cause. None became a zero.',
    ),
    ...(health.leftOut ?? []).map(({ asset, reason }) =>
      row(`left-out-${asset}`, 'Not in sums', asset, plainText(`${asset}: ${reason}.`), true),
    ),
    ...(health.notListed.length === 0
      ? []
      : [
          row(
            'not-listed',
            'Unsupported',
            plainText(health.notListed[0] ?? '') +
              (health.notListed.length === 1 ? '' : ` and ${health.notListed.length - 1} more`),
            `Contracts of its list that are not followed or not classed:\n${health.notListed.map(plainText).join('\n')}`,
            true,
          ),
        ]),
    ...(lastError === undefined
      ? []
      : [
          row(
            'error',
            'Last error',
            `${lastError.code}, ${formatAgo(lastError.atMs, nowMs)}`,
            plainText(lastError.message),
          ),
        ]),
    ...(isWaiting
      ? [
          row(
            'next',
            'Next attempt',
            `in ${formatDuration(nextAttemptAtMs - nowMs)}`,
            `Nothing is sent before ${formatUtc(nextAttemptAtMs)}.`,
            true,
          ),
        ]
      : []),
    ...sideRows(health.sideEvidence),
    ...streamRows(health.streams, nowMs),
  ];
}

/** Milliseconds, which is how latency is compared. */
export function latencyText(latencyMs: number | undefined): string {
  return latencyMs === undefined ? NOT_REPORTED : `${Math.round(latencyMs)} ms`;
}

function dropText(drops: ExchangeHealth['drops']): string {
  const parts = Object.entries(drops).map(([cause, count]) => `${count} ${cause}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** What several streams give as their last error is said once. */
function streamRows(streams: readonly Stream[], nowMs: number): HealthRow[] {
  const byError = [...Map.groupBy(streams, ({ lastError }) => lastError)];
  const shared = byError.filter(([error, own]) => error !== undefined && own.length > 1);
  return [
    ...shared.map(([error = '', own], index) => ({
      id: `stream-error-${index}`,
      label: 'Streams',
      value: `${own.length} of ${streams.length} with one last error`,
      detail: plainText(error),
      isTrouble: own.some(({ state }) => state === 'stale' || state === 'gap'),
    })),
    ...singleStreamRows(streams, new Set(shared.map(([error]) => error)), nowMs),
  ];
}

function singleStreamRows(
  streams: readonly Stream[],
  shared: ReadonlySet<string | undefined>,
  nowMs: number,
): HealthRow[] {
  return streams.map((stream, index) => ({
    id: `stream-${stream.stream}-${stream.part}-${index}`,
    shortLabel: `${stream.stream.replace(/^[^/]*\//, '')}${stream.part > 0 ? ` ${stream.part + 1}` : ''}`,
    label: `Stream ${stream.stream.replace(/^[^/]*\//, '')}${stream.part > 0 ? ` ${stream.part + 1}` : ''}`,
    value: streamText(stream, nowMs),
    detail: streamDetail(stream, shared.has(stream.lastError), nowMs),
    isTrouble: stream.state === 'stale' || stream.state === 'gap' || stream.isDropShareHigh,
  }));
}

/** State first; silence that was found to be true is called quiet, never stale. */
function streamText(stream: Stream, nowMs: number): string {
  const state = stream.state === 'live' && stream.isQuiet ? 'live, quiet' : stream.state;
  const parts = [
    state,
    ...(stream.lastDataAtMs === undefined ? [] : [`data ${formatAgo(stream.lastDataAtMs, nowMs)}`]),
    ...(stream.gaps === 0 ? [] : [stream.gaps === 1 ? '1 gap' : `${stream.gaps} gaps`]),
    ...(stream.nextAttemptAtMs === undefined || stream.nextAttemptAtMs <= nowMs
      ? []
      : [`next attempt in ${formatDuration(stream.nextAttemptAtMs - nowMs)}`]),
  ];
  return parts.join(' · ');
}

function streamDetail(stream: Stream, isErrorShared: boolean, nowMs: number): string {
  const { drops } = stream;
  const issues = Object.entries(drops.issues).map(([code, count]) => `${count} ${code}`);
  return [
    `${stream.state} for ${formatAge(stream.sinceMs, nowMs)}`,
    `${stream.messages} messages on ${stream.topics} topics, ${stream.reconnects} reconnects`,
    `Not used: ${drops.duplicates} repeated, ${drops.late} late, ${drops.overflow} beyond the queue${issues.length === 0 ? '' : `, ${issues.join(', ')}`}`,
    ...(stream.isDropShareHigh
      ? [
          `${formatShare(stream.dropShare)} of the frames have an unreadable part: the format may have changed.`,
        ]
      : []),
    ...(stream.lastError === undefined || isErrorShared
      ? []
      : [`Last error: ${plainText(stream.lastError)}`]),
  ].join('\n');
}

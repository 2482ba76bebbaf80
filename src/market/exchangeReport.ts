import { PerpscopeError, type ErrorCode } from '../core/errors.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { HostName } from '../sources/exchanges/contract.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { PollFailure } from '../sources/collect/round.ts';
import type { TrackedInstrument } from '../sources/collect/tracking.ts';
import type { HealthEntry } from './healthBook.ts';

/** How an exchange stands, for windows that read: its last answer without its rows. Plain data, kept as JSON. */
export interface ExchangeReport {
  /** The form of this text; another one is not read. */
  readonly form: typeof FORM;
  /** Of the round; absent where nobody had answered yet. */
  readonly source?: DataSource;
  /** What it was asked about. */
  readonly assets: readonly Asset[];
  readonly answer: PlainAnswer;
  /** The newest bars that have ended, of what it follows: the feed has the newest row of a series, which may still run. */
  readonly endedBars: readonly Observation[];
  readonly health: PlainHealth;
}

/** An answer without rows and the evidence in them. */
type Bare = Omit<
  ExchangeResult,
  'observations' | 'openInterestAnswers' | 'sideStatements' | 'tracked' | 'failures' | 'listed'
>;

interface PlainAnswer extends Bare {
  readonly tracked: readonly PlainTracked[];
  readonly failures: readonly PlainFailure[];
  readonly listed?: readonly Asset[];
}

/** Where the contract size is not known, its amount is null. */
interface PlainTracked {
  readonly asset: Asset;
  readonly isProvisional: boolean;
  readonly instrument: Omit<TrackedInstrument['instrument'], 'contractSize'> & {
    readonly contractSize: { readonly amount: number | null; readonly unit: never };
  };
}

interface PlainFailure extends Omit<PollFailure, 'error' | 'host'> {
  readonly host?: HostName;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly what: string };
}

interface PlainHealth extends Omit<HealthEntry, 'drops'> {
  readonly drops: Readonly<Record<string, number>>;
}

const FORM = 1;

/** What a report is made from. */
export interface ReportInput {
  readonly source: DataSource | undefined;
  readonly assets: readonly Asset[];
  readonly result: ExchangeResult;
  readonly endedBars: readonly Observation[];
  readonly health: HealthEntry;
}

/** Returns what other windows read of an exchange's answer. */
export function reportOf({ source, assets, result, endedBars, health }: ReportInput): ExchangeReport {
  const { observations: _rows, openInterestAnswers: _sizes, sideStatements: _said, ...rest } = result;
  const { tracked, failures, listed, ...bare } = rest;
  return {
    form: FORM,
    ...(source === undefined ? {} : { source }),
    assets,
    answer: {
      ...bare,
      tracked: tracked.map(({ instrument, ...one }) => {
        const { amount, unit } = instrument.contractSize;
        const contractSize = { amount: Number.isNaN(amount) ? null : amount, unit: unit as never };
        return { ...one, instrument: { ...instrument, contractSize } };
      }),
      failures: failures.map(({ error: { code, message, what }, ...one }) => ({
        ...one,
        error: { code, message, what },
      })),
      ...(listed === undefined ? {} : { listed: [...listed] }),
    },
    endedBars,
    health: { ...health, drops: Object.fromEntries(health.drops) },
  };
}

/** Returns what a report says, or undefined where it is of another form or damaged. `result` holds no rows. */
export function readReport(exchange: ExchangeId, body: unknown): ReportInput | undefined {
  const report = body as Partial<ExchangeReport> | null;
  if (report?.form !== FORM) return undefined;
  try {
    const { source, assets = [], answer, endedBars = [], health } = report;
    if (answer?.exchange !== exchange || health === undefined) return undefined;
    const { tracked, failures, listed, ...bare } = answer;
    const result: ExchangeResult = {
      ...bare,
      observations: [],
      tracked: tracked.map(({ instrument, ...one }) => {
        const { amount, unit } = instrument.contractSize;
        return {
          ...one,
          instrument: { ...instrument, contractSize: { amount: amount ?? Number.NaN, unit } },
        };
      }),
      failures: failures.map(({ error: { code, message, what }, ...one }) => ({
        ...one,
        error: new PerpscopeError(code, message, { what, exchange }),
      })),
      ...(listed === undefined ? {} : { listed: new Set(listed) }),
    };
    const drops = new Map(Object.entries(health.drops));
    return { source, assets, result, endedBars, health: { ...health, drops } };
  } catch {
    // Written by another process, which may be of another version: what cannot be read says nothing.
    return undefined;
  }
}

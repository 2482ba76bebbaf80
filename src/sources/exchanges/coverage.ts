import { instrumentKey, type ExchangeId } from '../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../core/observation.ts';
import type { ExchangeAdapter } from './contract.ts';
import { decodeAnswer, pollsFor, type Answer, type InstrumentTable } from './decodeAnswer.ts';
import { decodeFrames, roleOf } from './decodeFrame.ts';

/** When a number can be had: at the moment of asking, as a series of the past, or pushed. */
export type CoverageTense = 'now' | 'history' | 'stream';

/** A payload in wire form that an adapter is shown to read: a recorded answer or a frame, or one written after the docs. */
export interface SeenPayload extends Pick<Answer, 'path' | 'query'> {
  readonly name: string;
  readonly transport: 'rest' | 'ws';
  readonly method?: 'GET' | 'POST';
  readonly response: unknown;
}

/** One thing that an exchange is asked for or subscribed to, and what payloads prove about it. */
export interface CoverageEntry {
  readonly exchange: ExchangeId;
  readonly market: InstrumentKind;
  readonly kind: ObservationKind;
  readonly tense: CoverageTense;
  /** Id of the poll or channel, and where its documentation is. */
  readonly source: string;
  readonly docsUrl: string;
  /** Names of the payloads that it reads to this kind; empty = nothing proves it. */
  readonly payloads: readonly string[];
  /** What these say about sides, completeness or population, for example `one` or `sampled`. */
  readonly qualities: readonly string[];
}

/** A probe: an instrument of the kind that a poll is about. Polls that only decode what is handed in make no request for it. */
function probe(adapter: ExchangeAdapter, kind: InstrumentKind): Instrument {
  const spot = adapter.spotSymbol?.('BTC') ?? 'BTCUSDT';
  const venueSymbol = kind === 'spot' ? spot : adapter.perpetualSymbol('BTC');
  const margin = adapter.parseSymbol(venueSymbol)?.margin ?? 'linear';
  return {
    key: instrumentKey(adapter.id, venueSymbol, kind === 'spot' ? 'spot' : undefined),
    exchange: adapter.id,
    venueSymbol,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    settleAsset: 'USDT',
    kind,
    margin,
    contractSize: { amount: 1, unit: 'base' },
    status: 'trading',
    ...(kind === 'dated-future' ? { expiresAtMs: Date.UTC(2100, 0) } : {}),
  };
}

/** Returns what an adapter asks and subscribes, from its tables, with the payloads that prove each. */
export function coverageOf(adapter: ExchangeAdapter, payloads: readonly SeenPayload[]): CoverageEntry[] {
  const readings = read(adapter, payloads);
  const entries: CoverageEntry[] = [];
  const add = (
    source: { readonly id: string; readonly docsUrl: string; readonly yields: readonly ObservationKind[] },
    market: InstrumentKind,
    tense: CoverageTense,
  ): void => {
    for (const kind of source.yields) {
      const transport = tense === 'stream' ? 'ws' : 'rest';
      const own = readings.filter(
        (one) =>
          one.transport === transport &&
          one.sources.includes(source.id) &&
          one.kinds.has(`${market} ${kind}`),
      );
      entries.push({
        exchange: adapter.id,
        market,
        kind,
        tense,
        source: source.id,
        docsUrl: source.docsUrl,
        payloads: [...new Set(own.map((one) => one.name))].sort(),
        qualities: [...new Set(own.flatMap((one) => [...(one.kinds.get(`${market} ${kind}`) ?? [])]))].sort(),
      });
    }
  };
  for (const poll of adapter.polls) {
    const market = poll.about ?? 'perpetual';
    if (poll.request({ instrument: probe(adapter, market), nowMs: 0 }) !== undefined)
      add(poll, market, poll.tense);
  }
  for (const channel of (adapter.streams ?? []).flatMap((stream) => stream.channels)) {
    const market = channel.about ?? 'perpetual';
    if (channel.topics([probe(adapter, market)]).length > 0) add(channel, market, 'stream');
  }
  return entries;
}

/** A kind of row of a market: one answer may hold perpetuals beside dated futures, and proves each for itself. */
type Found = `${InstrumentKind | NonNullable<Observation['market']>} ${ObservationKind}`;

interface Reading {
  readonly name: string;
  readonly transport: SeenPayload['transport'];
  /** Ids of the polls or the channel that the payload fits. */
  readonly sources: readonly string[];
  /** What it decoded to, with what was said about sides or completeness. */
  readonly kinds: ReadonlyMap<Found, ReadonlySet<string>>;
}

function read(adapter: ExchangeAdapter, payloads: readonly SeenPayload[]): Reading[] {
  const answers = payloads.map((one) => ({ ...one, body: one.response, receivedAtMs: RECEIVED_AT_MS }));
  const lists = answers
    .filter((one) => one.transport === 'rest')
    .map((one) => decodeAnswer(adapter, { ...one, method: one.method ?? 'GET' }, new Map()));
  const details = new Map(
    lists.flatMap((one) => one.details.map((detail) => [detail.venueSymbol, detail] as const)),
  );
  const table: InstrumentTable = new Map(
    lists
      .flatMap((one) => one.instruments)
      .map((one) => adapter.instrumentDetails?.apply(one, details.get(one.venueSymbol)) ?? one)
      .map((one) => [one.key, one]),
  );
  return answers.map((one): Reading => {
    const { name, transport } = one;
    if (transport === 'ws') {
      const { observations } = decodeFrames(adapter, one, table);
      return { name, transport, sources: channelsIn(adapter, one.body), kinds: qualitiesOf(observations) };
    }
    const answer = { ...one, method: one.method ?? 'GET' };
    const { observations } = decodeAnswer(adapter, answer, table);
    const sources = pollsFor(adapter, answer).map((poll) => poll.id);
    return { name, transport, sources, kinds: qualitiesOf(observations) };
  });
}

const RECEIVED_AT_MS = Date.UTC(2026, 10, 22);

/** Ids of the channels that a frame, or the frames of a session, belong to. */
function channelsIn(adapter: ExchangeAdapter, body: unknown): string[] {
  const frames = Array.isArray(body) ? [body, ...(body as unknown[])] : [body];
  const ids = frames.flatMap((frame) => {
    const message = (frame as { message?: unknown } | null)?.message;
    return [frame, message].flatMap((one) => roleOf(adapter, one).channel?.id ?? []);
  });
  return [...new Set(ids)];
}

function qualitiesOf(observations: readonly Observation[]): Map<Found, Set<string>> {
  const found = new Map<Found, Set<string>>();
  for (const one of observations) {
    const name: Found = `${one.market ?? 'perpetual'} ${one.kind}`;
    const own = found.get(name) ?? new Set<string>();
    found.set(name, own);
    if ('sides' in one) own.add(one.sides);
    if ('coverage' in one) own.add(one.coverage);
    if ('population' in one) own.add(one.population);
  }
  return found;
}

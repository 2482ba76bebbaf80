import type { Instrument } from '../../src/core/instrument.ts';
import type { Issue } from '../../src/core/issue.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { ExchangeAdapter, HttpRequestSpec } from '../../src/sources/exchanges/contract.ts';
import { SECOND_MS } from '../../src/core/units.ts';
import { decodeAnswer } from '../../src/sources/exchanges/decodeAnswer.ts';
import { readPoll } from './readPoll.ts';
import { applyChannel } from '../../src/sources/exchanges/decodeFrame.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import type { StreamMessage, StreamSpec } from '../../src/sources/exchanges/stream.ts';
import type { SimulatedMarket } from '../../src/sources/simulator/market.ts';
import { SIMULATED_EXCHANGES, type SimulatedExchange } from '../../src/sources/simulator/profiles.ts';
import { createWire } from '../../src/sources/simulator/server.ts';
import type { WireExchange, WireStreams } from '../../src/sources/simulator/wire/shared.ts';
import { spotInstruments } from '../unit/sources/simulator/simulatorClient.ts';

/** Both ends of a simulated exchange without a network: what it answers and pushes, and what its adapter reads in it. */

export interface SimulatedSide {
  readonly exchange: SimulatedExchange;
  readonly adapter: ExchangeAdapter;
  readonly wire: WireExchange;
  readonly table: ReadonlyMap<string, Instrument>;
}

/** One payload as the network would bring it, and the adapter's reading of any payload in its place. */
export interface Payload {
  /** The poll or channel. */
  readonly id: string;
  /** The instrument or topic. */
  readonly about: string;
  readonly body: unknown;
  read(body: unknown): { rows: readonly Observation[]; issues: readonly Issue[] };
}

/** What leaves the simulator is text: numbers are read as JSON writes them. */
const sent = (body: unknown): unknown =>
  typeof body === 'string' ? body : (JSON.parse(JSON.stringify(body)) as unknown);

const textOf = (message: StreamMessage): string =>
  typeof message === 'string' ? message : JSON.stringify(message);

function asked(wire: WireExchange, spec: HttpRequestSpec, nowMs: number): unknown {
  return sent(wire.answer({ ...spec, nowMs }).body);
}

/** What a request says as texts: its query and the plain fields of its body. */
function saidBy({ query, body }: HttpRequestSpec): Record<string, string> {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const plain = fields.filter(([, value]) => typeof value !== 'object');
  return { ...query, ...Object.fromEntries(plain.map(([key, value]) => [key, String(value)])) };
}

/** The adapters that have a simulated exchange, with its lists read. */
export function simulatedSides(market: SimulatedMarket, nowMs: number): SimulatedSide[] {
  return exchangeAdapters.flatMap((adapter) => {
    const exchange = adapter.id as SimulatedExchange;
    if (!SIMULATED_EXCHANGES.includes(exchange)) return [];
    const wire = createWire(exchange, market);
    const lists = listsOf(adapter, wire, nowMs);
    const listed = lists.flatMap(({ answer }) => decodeAnswer(adapter, answer, new Map()).instruments);
    const details = lists.flatMap(({ answer }) => decodeAnswer(adapter, answer, new Map()).details);
    const complete = listed.map((one) => {
      const detail = details.find(({ venueSymbol }) => venueSymbol === one.venueSymbol);
      return adapter.instrumentDetails?.apply(one, detail) ?? one;
    });
    const all = [...complete, ...spotInstruments(wire.listings)];
    return [{ exchange, adapter, wire, table: new Map(all.map((one) => [one.key, one])) }];
  });
}

function listsOf(adapter: ExchangeAdapter, wire: WireExchange, nowMs: number) {
  const detail = adapter.instrumentDetails?.request();
  return [...adapter.instruments.requests(), ...(detail === undefined ? [] : [detail])].map((spec) => ({
    id: spec === detail ? (adapter.instrumentDetails?.id ?? '') : adapter.instruments.id,
    answer: { ...spec, query: saidBy(spec), body: asked(wire, spec, nowMs), receivedAtMs: nowMs },
  }));
}

/** The answers to what completes the table of instruments: bodies alone, they hold no observations. */
export function listAnswers(
  { adapter, wire }: SimulatedSide,
  nowMs: number,
): { id: string; body: unknown }[] {
  return listsOf(adapter, wire, nowMs).map(({ id, answer }) => ({ id, body: answer.body }));
}

/** The answers to every poll, and to what is asked instead of it, about every instrument that it is about. */
export function answersOf({ adapter, wire, table }: SimulatedSide, nowMs: number): Payload[] {
  const polls = adapter.polls.flatMap((poll) => [poll, ...(poll.fallbacks ?? [])]);
  const distinct = [...new Map(polls.map((poll) => [poll.id, poll])).values()];
  return distinct.flatMap((poll) =>
    [...table.values()].flatMap((instrument): Payload[] => {
      const kind = poll.about ?? 'perpetual';
      const spec = instrument.kind === kind ? poll.request({ instrument, nowMs }) : undefined;
      if (spec === undefined) return [];
      const answer = { ...spec, query: saidBy(spec), receivedAtMs: nowMs };
      return [
        {
          id: poll.id,
          about: instrument.key,
          body: asked(wire, spec, nowMs),
          read: (body) => readPoll(adapter, poll, { ...answer, body }, table),
        },
      ];
    }),
  );
}

/** What is pushed in a time, from a whole second on, over every channel about every instrument that it is about. */
export function framesOf(side: SimulatedSide, fromMs: number, toMs: number): Payload[] {
  const { wire } = side;
  if (wire.streams === undefined) return [];
  const { streams } = wire;
  return (side.adapter.streams ?? []).flatMap((spec) => framesOfSocket(side, spec, streams, fromMs, toMs));
}

function framesOfSocket(
  { adapter, table }: SimulatedSide,
  spec: StreamSpec,
  streams: WireStreams,
  fromMs: number,
  toMs: number,
): Payload[] {
  const { path } = spec;
  const wanted = spec.channels.flatMap((channel) =>
    channel.topics([...table.values()].filter(({ kind }) => kind === (channel.about ?? 'perpetual'))),
  );
  const topics = spec
    .subscribe([...new Set(wanted)])
    .flatMap((message) => streams.receive(textOf(message), { path, nowMs: fromMs }).subscribe ?? []);
  // A push arrives when the second is over in which it was made: some state no time of their own.
  const seconds = Array.from(
    { length: Math.ceil((toMs - fromMs) / SECOND_MS) },
    (_, index) => fromMs + index * SECOND_MS,
  );
  return topics.flatMap((topic) =>
    seconds.flatMap((startMs) => {
      const endMs = Math.min(startMs + SECOND_MS, toMs);
      return streams.frames(topic, { fromMs: startMs, toMs: endMs, path }).flatMap((frame): Payload[] => {
        const body = sent(frame);
        const role = spec.classify(body);
        const channel = spec.channels.find(({ id }) => role.role === 'data' && id === role.channel);
        if (channel === undefined) return [];
        const named = role.role === 'data' && role.topic !== undefined ? { topic: role.topic } : {};
        return [
          {
            id: channel.id,
            about: topic,
            body,
            read: (changed) =>
              applyChannel(adapter, channel, { body: changed, receivedAtMs: endMs, ...named }, table),
          },
        ];
      });
    }),
  );
}

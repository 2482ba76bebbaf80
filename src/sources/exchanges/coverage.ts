import type { ObservationKind } from '../../core/observation.ts';
import type { ExchangeAdapter, RequestScope } from './contract.ts';
import { instrumentKey } from '../../core/ids.ts';

/** What an exchange is asked for: derived from its table of polls, never declared apart. */
export interface Capability {
  readonly kind: ObservationKind;
  readonly now: boolean;
  readonly history: boolean;
}

/** A probe scope: polls that only decode what is handed in make no request for it. */
function probe(adapter: ExchangeAdapter): RequestScope {
  const venueSymbol = adapter.perpetualSymbol('BTC');
  return {
    nowMs: 0,
    instrument: {
      key: instrumentKey(adapter.id, venueSymbol),
      exchange: adapter.id,
      venueSymbol,
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      settleAsset: 'USDT',
      kind: 'perpetual',
      margin: 'linear',
      contractSize: { amount: 1, unit: 'base' },
      status: 'trading',
    },
  };
}

/** Returns what an adapter asks its exchange for, by kind of observation. */
export function capabilitiesOf(adapter: ExchangeAdapter): ReadonlyMap<ObservationKind, Capability> {
  const scope = probe(adapter);
  const capabilities = new Map<ObservationKind, Capability>();
  for (const poll of adapter.polls) {
    if (poll.request(scope) === undefined) continue;
    for (const kind of poll.yields) {
      const before = capabilities.get(kind) ?? { kind, now: false, history: false };
      const after = poll.tense === 'now' ? { ...before, now: true } : { ...before, history: true };
      capabilities.set(kind, after);
    }
  }
  return capabilities;
}

const COLUMNS: readonly [ObservationKind, string][] = [
  ['open-interest', 'Open interest'],
  ['funding-rate', 'Funding'],
  ['mark-price', 'Mark, index, last price'],
  ['volume', 'Volume 24 h'],
  ['candle', 'Price bars'],
  ['long-short-ratio', 'Long/short accounts'],
  ['taker-volume', 'Taker volume'],
  ['depth', 'Depth ±1 %'],
  ['liquidation-volume', 'Liquidations by bar'],
  ['liquidation', 'Single liquidations'],
];

/** Returns the coverage table in Markdown: exchange by metric, `now`, `history` or both; a dash = not offered. */
export function coverageMarkdown(adapters: readonly ExchangeAdapter[]): string {
  const header = `| Metric | ${adapters.map((adapter) => adapter.displayName).join(' | ')} |`;
  const rule = `| --- |${' --- |'.repeat(adapters.length)}`;
  const tables = adapters.map((adapter) => capabilitiesOf(adapter));
  const lines = COLUMNS.map(([kind, name]) => {
    const cells = tables.map((table) => {
      const one = table.get(kind);
      if (one === undefined) return '—';
      return [...(one.now ? ['now'] : []), ...(one.history ? ['history'] : [])].join(', ');
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [header, rule, ...lines].join('\n');
}

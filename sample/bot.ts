// The funding watcher of bot.py in TypeScript: node bot.ts snapshot.json (Node 24 or newer runs it as it is).
import { readFileSync } from 'node:fs';

interface Observation {
  kind: string;
  intervalMs?: number;
  fundingRatePerInterval?: number;
}

interface Snapshot {
  source: 'live' | 'simulated';
  assets: {
    asset: string;
    exchanges: { exchange: string; instruments: { venueSymbol: string; observations: Observation[] }[] }[];
  }[];
}

const yearMs = 365 * 24 * 3_600_000;
const watched = ['BTCUSDT', 'ETHUSDT'];

function annualisedPct({ fundingRatePerInterval, intervalMs }: Observation): number | undefined {
  if (fundingRatePerInterval === undefined || intervalMs === undefined) return undefined;
  return ((fundingRatePerInterval * yearMs) / intervalMs) * 100;
}

const snapshot: Snapshot = JSON.parse(readFileSync(process.argv[2] ?? 'snapshot.json', 'utf8'));
if (snapshot.source === 'simulated') console.log('SIMULATED market');
for (const { exchanges } of snapshot.assets) {
  for (const { exchange, instruments } of exchanges) {
    for (const { venueSymbol, observations } of instruments) {
      if (!watched.includes(venueSymbol)) continue;
      const funding = observations.find(({ kind }) => kind === 'funding-rate');
      const rate = funding && annualisedPct(funding);
      console.log(
        `${exchange} ${venueSymbol} ${rate === undefined ? 'not reported' : `${rate.toFixed(2)} % a year`}`,
      );
    }
  }
}

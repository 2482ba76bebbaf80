// The funding watcher of bot.py in TypeScript: node bot.ts snapshot.json (Node 24 or newer runs it as it is).
import { readFileSync } from 'node:fs';

interface Observation {
  kind: string;
  phase?: 'predicted' | 'settled';
  intervalMs?: number;
  fundingRatePerInterval?: number;
}

interface Snapshot {
  source: 'live' | 'simulated';
  assets: {
    asset: string;
    exchanges: { exchange: string; instruments: { observations: Observation[] }[] }[];
  }[];
}

const yearMs = 365 * 24 * 3_600_000;
const watched = ['BTC', 'ETH'];

function annualisedPct({ fundingRatePerInterval, intervalMs }: Observation): number | undefined {
  if (fundingRatePerInterval === undefined || intervalMs === undefined) return undefined;
  return ((fundingRatePerInterval * yearMs) / intervalMs) * 100;
}

const snapshot: Snapshot = JSON.parse(readFileSync(process.argv[2] ?? 'snapshot.json', 'utf8'));
if (snapshot.source === 'simulated') console.log('SIMULATED market');
for (const { asset, exchanges } of snapshot.assets) {
  if (!watched.includes(asset)) continue;
  for (const { exchange, instruments } of exchanges) {
    for (const { observations } of instruments) {
      // The running estimate; settled rates of the past stand beside it.
      const funding = observations.find(
        ({ kind, phase }) => kind === 'funding-rate' && phase === 'predicted',
      );
      const rate = funding && annualisedPct(funding);
      console.log(
        `${asset} ${exchange} ${rate === undefined ? 'not reported' : `${rate.toFixed(2)} % a year`}`,
      );
    }
  }
}

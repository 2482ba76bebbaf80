import type { RegimeTimeline, TimeColumn } from '../../src/surfaces/protocol/payloads.ts';
import { transitionsOf } from '../../src/surfaces/protocol/transitions.ts';
import type { Range } from './axis.ts';
import { TIME_AXIS_TITLE, type HoverText } from './chartText.ts';
import { formatPrice, formatUtc } from './format.ts';
import { nearestIndex } from './grid.ts';
import type { RegimeBandModel } from './regimeBand.ts';

const HOUR_MS = 3_600_000;

export interface RegimeTimelineModel {
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly xRange: Range;
  /** The price, broken where hours are lacking. */
  readonly price: TimeColumn;
  readonly summary: string;
  readonly notes: readonly string[];
  /** What followed upon what, as rows of text under `head`. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly transitions: readonly (readonly string[])[];
  hover(atMs: number): (HoverText & { readonly atMs: number }) | undefined;
}

/** With a gap before each value that comes more than an hour after the one before it. */
function brokenWhereLacking({ atMs, values }: TimeColumn): TimeColumn {
  const times: number[] = [];
  const broken: number[] = [];
  atMs.forEach((time, at) => {
    if (at > 0 && time - (atMs[at - 1] ?? time) > HOUR_MS) {
      times.push(time - HOUR_MS);
      broken.push(NaN);
    }
    times.push(time);
    broken.push(values[at] ?? NaN);
  });
  return { atMs: Float64Array.from(times), values: Float64Array.from(broken) };
}

/** Returns what the regime timeline shows beside its band. */
export function regimeTimelineModel(payload: RegimeTimeline, band: RegimeBandModel): RegimeTimelineModel {
  const { asset, runs, fromMs, price, priceLabel = 'Price', quoteAsset = 'quote currency' } = payload;
  const { atMs: times = new Float64Array(), values = new Float64Array() } = price ?? {};
  const endMs = Math.max(runs.at(-1)?.toMs ?? fromMs, times.at(-1) ?? fromMs);

  return {
    axisTitles: {
      x: TIME_AXIS_TITLE,
      y: price ? `Price (${quoteAsset})` : 'Price: not known',
    },
    xRange: { min: fromMs, max: Math.max(endMs, fromMs + 1) },
    price: brokenWhereLacking({ atMs: times, values }),
    summary: band.summary,
    notes: [
      ...payload.notes,
      ...(price
        ? [`${priceLabel} (${quoteAsset}), closes of hours. A break in the line is an hour without one.`]
        : []),
      ...band.notes,
    ],
    caption: `What followed upon what, ${asset}`,
    head: ['From → to', 'Times', 'Of stays seen to end', 'Share (%)', 'Stays not seen to end'],
    transitions: transitionsOf(runs).map(({ from, to, count, of, unseen }) => [
      ...[`${from} → ${to}`, String(count), String(of)],
      ...[((100 * count) / of).toFixed(0), String(unseen)],
    ]),
    hover: (atMs) => {
      const at = nearestIndex(times, atMs);
      const time = times[at];
      if (time === undefined) return undefined;
      const said = band.readout(band.indexAt(time));
      return {
        title: formatUtc(time),
        lines: [
          `${priceLabel}: ${formatPrice(values[at] ?? NaN)} ${quoteAsset}`,
          ...(said ? [said.title] : []),
        ],
        atMs: time,
      };
    },
  };
}

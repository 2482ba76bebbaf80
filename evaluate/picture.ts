import { endOfHour } from '../src/analysis/noise/track.ts';
import { DAY_MS, HOUR_MS } from '../src/core/units.ts';
import { staysOf } from './flicker.ts';
import type { JudgedSeries } from './series.ts';

/** A colour for each label, of the same lightness: what rises is green to blue, what falls is red to brown, states are violet and grey. */
const COLOURS: Readonly<Record<string, string>> = {
  'spot-led-rally': '#2e9e5b',
  'leverage-led-rally': '#3b8fd1',
  'short-squeeze': '#12b5a6',
  'crowded-long': '#b06fd8',
  'crowded-short': '#8a63c9',
  'leverage-build-up': '#c9a227',
  'new-shorts': '#d9822b',
  deleveraging: '#a0714f',
  'long-squeeze': '#d64545',
  'illiquid-sell-off': '#a83262',
  neutral: '#b8bec8',
  unknown: '#e6e8ec',
};
const [WIDTH, HEIGHT] = [1_200, 420];
const [LEFT, RIGHT, TOP, PRICE_END, BAND, RARITY_END] = [64, 12, 34, 270, 26, 372];

/** Draws a timeline against the price as SVG: the price, what was said (a weak name pale), and how rare it is in noise. */
export function timelinePicture({ asset, track, hours }: JudgedSeries): string {
  const count = track.close.length;
  const x = (index: number): number => LEFT + (index / count) * (WIDTH - LEFT - RIGHT);
  const known = track.close.filter((close) => !Number.isNaN(close));
  const [low, high] = [Math.log(Math.min(...known)), Math.log(Math.max(...known))];
  const y = (price: number): number =>
    PRICE_END - ((Math.log(price) - low) / (high - low)) * (PRICE_END - TOP);
  const points = [...track.close].flatMap((close, index) =>
    Number.isNaN(close) ? [] : [`${x(index + 1).toFixed(1)},${y(close).toFixed(1)}`],
  );
  const seen = new Set(hours.map(({ line }) => line.label));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${asset}: price, regime and rarity in noise by the hour</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(
      LEFT,
      20,
      `${asset}, price in USD (log), regime and rarity in noise, by the hour, from what was known then`,
      'start',
    ),
    ...days({ asset, track, hours }, x),
    ...[low, (low + high) / 2, high].map((log) =>
      text(LEFT - 6, y(Math.exp(log)) + 4, rounded(Math.exp(log)), 'end'),
    ),
    ...bands(hours, x),
    `<polyline points="${points.join(' ')}" fill="none" stroke="#222222" stroke-width="1.3"/>`,
    ...rarities(hours, x),
    ...legend([...Object.keys(COLOURS)].filter((label) => seen.has(label))),
    '</svg>',
    '',
  ].join('\n');
}

function bands(hours: JudgedSeries['hours'], x: (index: number) => number): string[] {
  let place = 0;
  return staysOf(hours.map(({ line }) => `${line.label} ${line.isWeak}`)).map((stay) => {
    const [from, to] = [hours[place], hours[place + stay.hours - 1]];
    place += stay.hours;
    const [label = '', isWeak] = stay.label.split(' ');
    const [left, right] = [x(from?.index ?? 0), x((to?.index ?? 0) + 1)];
    const fill = COLOURS[label] ?? '#000000';
    const opacity = isWeak === 'true' ? ' opacity="0.4"' : '';
    return `<rect x="${left.toFixed(1)}" y="${PRICE_END + 10}" width="${(right - left).toFixed(1)}" height="${BAND}" fill="${fill}"${opacity}><title>${label}</title></rect>`;
  });
}

/** Bars from what every hour of noise shows (nothing) to what one in a hundred does. */
function rarities(hours: JudgedSeries['hours'], x: (index: number) => number): string[] {
  const height = RARITY_END - PRICE_END - BAND - 20;
  const top = RARITY_END - height;
  const barOf = (rarity: number): number => (Math.min(2, -Math.log10(rarity)) / 2) * height;
  const path = hours.flatMap(({ index, line: { rarity } }) =>
    rarity === null ? [] : [`M${x(index + 0.5).toFixed(1)} ${RARITY_END}v-${barOf(rarity).toFixed(1)}`],
  );
  const rule = (rarity: number, words: string): string[] => {
    const at = (RARITY_END - barOf(rarity)).toFixed(1);
    return [
      `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#999999" stroke-dasharray="3 3" stroke-width="0.6"/>`,
      text(LEFT - 6, Number(at) + 4, words, 'end'),
    ];
  };
  return [
    `<path d="${path.join('')}" stroke="#5b6f8f" stroke-width="0.8" fill="none"/>`,
    ...rule(0.01, '1 %'),
    ...rule(0.1, '10 %'),
    `<path d="M${LEFT} ${top}V${RARITY_END}" stroke="#cccccc" stroke-width="0.6"/>`,
  ];
}

function days({ track }: JudgedSeries, x: (index: number) => number): string[] {
  return [...track.close.keys()].flatMap((index) => {
    const startMs = endOfHour(track, index) - HOUR_MS;
    if (startMs % (7 * DAY_MS) !== 4 * DAY_MS) return [];
    const at = x(index).toFixed(1);
    const isWhole = x(index) < WIDTH - 40;
    return [
      `<path d="M${at} ${TOP}V${RARITY_END}" stroke="#e3e3e3" stroke-width="0.8"/>`,
      ...(isWhole
        ? [text(Number(at), RARITY_END + 16, new Date(startMs).toISOString().slice(0, 10), 'middle')]
        : []),
    ];
  });
}

function legend(labels: readonly string[]): string[] {
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, labels.length);
  return labels.flatMap((label, at) => [
    `<rect x="${(LEFT + at * step).toFixed(1)}" y="${HEIGHT - 22}" width="10" height="10" fill="${COLOURS[label] ?? '#000000'}"/>`,
    text(LEFT + at * step + 14, HEIGHT - 13, label, 'start', 11),
  ]);
}

const text = (x: number, y: number, words: string, anchor: string, size = 12): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#333333">${words}</text>`;

const rounded = (price: number): string => (price >= 1_000 ? price.toFixed(0) : price.toPrecision(4));

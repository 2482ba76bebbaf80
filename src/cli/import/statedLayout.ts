import { PerpscopeError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { quoted } from '../../core/outsideText.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { LAYOUTS, type ColumnPlan, type Layout } from './layouts.ts';
import { isTargetName, targetOf, TARGETS } from './targets.ts';

type Values = Readonly<Record<string, string | undefined>>;

const refuse = (what: string): PerpscopeError => new PerpscopeError('usage', what);

/** Returns the layout that the options state or name. Errors: `usage`, saying what is not stated. */
export function statedLayout(values: Values): Layout {
  const { layout: name, map } = values;
  if (name !== undefined) return namedLayout(name, values);
  if (map === undefined)
    throw refuse(
      `how is the file laid out? Add --layout NAME (${LAYOUTS.map((one) => one.name).join(', ')}) or --map time=COLUMN,openInterestBase=COLUMN@end,...`,
    );
  return mappedLayout(map, values);
}

function namedLayout(name: string, values: Values): Layout {
  const layout = LAYOUTS.find((one) => one.name === name);
  if (layout === undefined) {
    const names = LAYOUTS.map((one) => one.name);
    throw refuse(
      `there is no layout ${quoted(name)}; did you mean ${nearest(name, names) ?? names.join(', ')}?`,
    );
  }
  for (const option of ['map', 'bar', 'label', 'sides', 'interval', 'price'])
    if (values[option] !== undefined) throw refuse(`layout ${name} says it all: leave out --${option}`);
  return layout;
}

function mappedLayout(map: string, values: Values): Layout {
  const pairs = map.split(',').map((text) => pairOf(text.trim()));
  const time = pairs.find(({ to }) => to === 'time')?.column;
  if (time === undefined) throw refuse('--map names the column of times as well: time=COLUMN');
  const columns = pairs.filter(({ to }) => to !== 'time').map((pair) => planOf(pair));
  if (columns.length === 0) throw refuse('--map names at least one column beside the time');
  refuseTwice(columns);
  const kinds = new Set(columns.map(({ to }) => targetOf(to).kind));
  const hasBars = columns.some(
    ({ to, at }) => targetOf(to).when !== 'reading' || at === 'end' || at === 'start',
  );
  const barMs = lengthOf('bar', values['bar']);
  const label = values['label'];
  if (label !== undefined && label !== 'start' && label !== 'end') throw refuse('--label takes start or end');
  if (hasBars && (barMs === undefined || label === undefined))
    throw refuse(
      'columns of bars need --bar LENGTH (5m, 1h, 1d) and --label start or --label end: what a time stands for',
    );
  const open = columns.find(({ to, at }) => targetOf(to).when === 'reading' && at === undefined);
  if (barMs !== undefined && open !== undefined)
    throw refuse(
      `of which moment of its bar is ${open.to}? Write ${open.to}=${open.column}@start, @end, or @row for the time as written`,
    );
  return {
    ...{ name: 'map', form: 'csv', time, columns },
    ...(barMs === undefined ? {} : { barMs }),
    ...(label === undefined ? {} : { label }),
    ...(kinds.has('open-interest') ? { sides: choiceOf('sides', values, ['one', 'both'], 'open interest needs --sides one or --sides both: longs and shorts counted once, or added up') } : {}), // prettier-ignore
    ...(kinds.has('candle') ? { priceType: choiceOf('price', values, ['last', 'mark', 'index'], 'prices of bars need --price last, mark or index') } : {}), // prettier-ignore
    ...(kinds.has('funding-rate') ? { interval: statedInterval(values['interval']) } : {}),
    population: 'unstated',
  };
}

interface Pair {
  readonly to: string;
  readonly column: string;
  readonly at: string | undefined;
}

function pairOf(text: string): Pair {
  const [, to, column, at] = /^(\w+)=(.+?)(?:@(\w+))?$/.exec(text) ?? [];
  if (to === undefined || column === undefined)
    throw refuse(
      `--map takes NAME=COLUMN pairs, for example time=time_ms,openInterestBase=oi_close@end, not ${quoted(text)}`,
    );
  return { to, column, at };
}

function planOf({ to, column, at }: Pair): ColumnPlan {
  if (!isTargetName(to) || to === 'depthBothSidesUsd' || to === 'fearGreed') {
    const names = Object.keys(TARGETS).filter((name) => name !== 'depthBothSidesUsd' && name !== 'fearGreed');
    throw refuse(`--map knows no ${quoted(to)}; did you mean ${nearest(to, names) ?? names.join(', ')}?`);
  }
  if (at === undefined) return { to, column };
  if (at !== 'start' && at !== 'end' && at !== 'row')
    throw refuse(`${to}: @start, @end or @row, not ${quoted(`@${at}`)}`);
  if (targetOf(to).when !== 'reading') throw refuse(`${to} is of a whole bar: leave out @${at}`);
  return { to, column, at };
}

function refuseTwice(columns: readonly ColumnPlan[]): void {
  const fields = columns.map(({ to }) => `${targetOf(to).kind} ${targetOf(to).field}`);
  const twice = columns.find((_, at) => fields.indexOf(fields[at] ?? '') !== at);
  if (twice !== undefined) throw refuse(`--map gives two columns for ${twice.to}`);
}

function statedInterval(text: string | undefined): NonNullable<Layout['interval']> {
  const ms = lengthOf('interval', text);
  if (ms === undefined)
    throw refuse('funding needs --interval LENGTH, for example 8h: a rate without its interval is none');
  return { hours: ms / HOUR_MS };
}

function choiceOf<T extends string>(option: string, values: Values, known: readonly T[], what: string): T {
  const found = known.find((one) => one === values[option]);
  if (found === undefined) throw refuse(what);
  return found;
}

/** Reads 5m, 1h or 1d as ms. */
function lengthOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '', unit = ''] = /^([1-9]\d{0,2})([mhd])$/.exec(text) ?? [];
  const unitMs = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }[unit];
  if (unitMs === undefined)
    throw refuse(`--${option} takes a length such as 5m, 1h or 1d, not ${quoted(text)}`);
  return Number(count) * unitMs;
}

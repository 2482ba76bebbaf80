import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { LONGEST_UNWATCHED_MS } from '../analysis/regime/standing.ts';
import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import { judgedHours } from '../analysis/timeline/judgedHours.ts';
import { lineOf, type Judged, type TimelineLine } from '../analysis/timeline/line.ts';
import { parseAssets } from '../core/assetName.ts';
import type { Asset } from '../core/ids.ts';
import { PerpscopeError } from '../core/errors.ts';
import { jsonLine, quoted } from '../core/outsideText.ts';
import { HOUR_MS } from '../core/units.ts';
import { endOfHour } from '../analysis/noise/track.ts';
import { openSqliteStore } from '../store/sqliteStore.ts';
import { formatUtc } from '../surfaces/reports/format.ts';
import { readAssets, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { readRulesOption } from './rulesOption.ts';
import { readStorePath } from './storePath.ts';
import { readFundingFile } from './timeline/fundingFile.ts';
import { readSeriesFile } from './timeline/seriesFile.ts';
import { timelineText, transitionsText } from './timeline/text.ts';
import { readMoment, readSince } from './timeline/times.ts';

/** How far back stored assessments are shown unless it is said. */
const DEFAULT_SINCE = '30d';

/**
 * `perpscope timeline`: the regime hour by hour over a series file, or the assessments that a history keeps. Returns the exit
 * code.
 */
export async function timelineCommand(args: Arguments, io: CommandIo): Promise<number> {
  const file = args.values['csv'];
  return file === undefined ? storedTimeline(args, io) : seriesTimeline(file, args, io);
}

async function seriesTimeline(file: string, args: Arguments, io: CommandIo): Promise<number> {
  const fromMs = readMoment('from', args.values['from']) ?? -Infinity;
  const toMs = readMoment('to', args.values['to']) ?? Infinity;
  const rules = await readRulesOption(args, io);
  const { track, lacking } = await readSeriesFile(file, assetOf(file, args));
  const funding = args.values['funding'];
  const settlements = funding === undefined ? undefined : await readFundingFile(funding);
  const [firstMs, lastMs] = [endOfHour(track, 0), endOfHour(track, track.close.length - 1)];
  if (fromMs > lastMs || toMs < firstMs)
    throw new PerpscopeError(
      'usage',
      `${file} has no hour from --from to --to; its hours end from ${formatUtc(firstMs)} to ${formatUtc(lastMs)}`,
    );
  const absent = [...(settlements === undefined ? ['funding'] : []), ...lacking];
  const shown: TimelineLine[] = [];
  io.note(`perpscope: not in the files, judged without: ${absent.join(', ')}`);
  const whole = settlements === undefined ? track : { ...track, settlements };
  for (const { line, index } of judgedHours(whole, undefined, rules)) {
    // Who reads along sees each hour as it is judged, and Ctrl-C is heard.
    if (index % 24 === 0) await io.clock.sleep(0);
    if (io.signal.aborted)
      throw new PerpscopeError(
        'aborted',
        `stopped before ${formatUtc(line.atMs)}; what was printed is whole`,
      );
    if (line.atMs > toMs) break;
    if (line.atMs < fromMs) continue;
    write(line, args, io, rules);
    shown.push(line);
  }
  writeTransitions(shown, HOUR_MS, args, io);
  return 0;
}

async function storedTimeline(args: Arguments, io: CommandIo): Promise<number> {
  const path = readStorePath(args.values['store']);
  if (path === undefined)
    throw new PerpscopeError(
      'usage',
      'timeline reads a series, --csv FILE, or what a history keeps: add --store FILE',
    );
  if (!existsSync(path))
    throw new PerpscopeError('usage', `there is no history ${quoted(path)}; check the path of --store`);
  const nowMs = io.clock.nowMs();
  const fromMs = readSince('since', args.values['since'] ?? DEFAULT_SINCE, nowMs) ?? 0;
  const store = await openSqliteStore(path, { source: 'live', onNotice: (notice) => io.note(notice) });
  try {
    let code = 0;
    for (const asset of readAssets(args.values['asset'])) {
      const entries = await store.journal({ topic: 'assessment', key: asset, fromMs });
      const lines = entries.map(({ atMs, body }) => lineOf(asset, atMs, body as Judged));
      for (const line of lines) write(line, args, io);
      writeTransitions(lines, LONGEST_UNWATCHED_MS, args, io);
      if (lines.length > 0) continue;
      code = 1;
      io.note(`perpscope: ${path} keeps no assessment of ${asset} since ${formatUtc(fromMs)}`);
    }
    return code;
  } finally {
    await store.close();
  }
}

/** Whose hours a file holds: what is said, else the coin in a name such as binance-btcusdt-1h.csv. */
function assetOf(file: string, args: Arguments): Asset {
  const said = args.values['asset'];
  if (said !== undefined) {
    const [asset, ...others] = readAssets(said);
    if (asset !== undefined && others.length === 0) return asset;
    throw new PerpscopeError('usage', '--asset names the one asset whose hours --csv holds');
  }
  const [, coin] = /(?:^|[-_])([a-z0-9]+?)_?usd[tc]?(?:[-_.]|$)/i.exec(basename(file)) ?? [];
  const [asset] = coin === undefined ? [] : parseAssets([coin]).assets;
  if (asset !== undefined) return asset;
  throw new PerpscopeError('usage', `whose hours are in ${file}? Add --asset, for example --asset BTC`);
}

function write(line: TimelineLine, args: Arguments, io: CommandIo, rules?: RuleSet): void {
  io.write(`${args.flags.has('json') ? jsonLine(line) : timelineText(line, rules)}\n`);
}

/** After the lines of an asset, in words only: JSON is one line a judgement and nothing else. */
function writeTransitions(
  lines: readonly TimelineLine[],
  longestPauseMs: number,
  args: Arguments,
  io: CommandIo,
): void {
  if (args.flags.has('json')) return;
  for (const text of transitionsText(lines, longestPauseMs)) io.write(`${text}\n`);
}

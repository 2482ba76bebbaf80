import { readFile, writeFile } from 'node:fs/promises';
import { assess } from '../analysis/regime/assess.ts';
import { parseFeaturesText } from '../analysis/regime/featuresFile.ts';
import { PerpscopeError } from '../core/errors.ts';
import { jsonLine, printable, quoted } from '../core/outsideText.ts';
import type { Engine } from '../engine.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { nearest } from '../core/nearest.ts';
import { regimeReport, regimeText, statedRegimeText } from '../surfaces/reports/regimeReport.ts';
import { readAssets, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { readRulesOption } from './rulesOption.ts';
import { withRefresh } from './withRefresh.ts';
import { unreadable } from './unreadable.ts';

const REPORT_KINDS = ['regime'] as const;

/** `perpscope regime`: the assessment from the exchanges, or from stated values with --features. Returns the exit code. */
export async function regimeCommand(args: Arguments, io: CommandIo): Promise<number> {
  const file = args.values['features'];
  if (file !== undefined) return statedRegime(file, args, io);
  return withRefresh(args, io, (refreshed, engine) => {
    for (const { assessment, snapshot, source, nowMs, context, machineClock } of reportInputs(
      refreshed,
      engine,
    )) {
      const text = args.flags.has('json')
        ? jsonLine(assessment)
        : regimeText(assessment, snapshot, source, nowMs, context, machineClock);
      io.write(`${text}\n`);
    }
  });
}

/**
 * `perpscope report KIND`: Markdown to standard output or a file; with --json one line for each asset that holds it. Returns
 * the exit code.
 */
export async function reportCommand(args: Arguments, io: CommandIo): Promise<number> {
  const kind = args.positionals[0] ?? '';
  if (!(REPORT_KINDS as readonly string[]).includes(kind)) {
    const hint = nearest(kind, REPORT_KINDS);
    const help = hint === undefined ? `known: ${REPORT_KINDS.join(', ')}` : `did you mean "${hint}"`;
    if (kind === '')
      throw new PerpscopeError('usage', `which report? ${help}, for example perpscope report regime`);
    throw new PerpscopeError('usage', `unknown report ${quoted(kind)}; ${help}`);
  }
  return withRefresh(args, io, async (snapshot, engine) => {
    const reports = reportInputs(snapshot, engine).map((input) => {
      const { assessment, source, nowMs: asOfMs } = input;
      const markdown = regimeReport(input);
      return args.flags.has('json')
        ? `${jsonLine({ kind, asset: assessment.baseAsset, source, asOfMs, markdown })}\n`
        : markdown;
    });
    const text = reports.join(args.flags.has('json') ? '' : '\n\n');
    const out = args.values['out'];
    if (out === undefined) return io.write(text);
    try {
      await writeFile(out, printable(text));
    } catch (error) {
      throw new PerpscopeError('usage', `${out} cannot be written; check the path`, { cause: error });
    }
    io.note(`written: ${out}`);
  });
}

/** What a report or text of each asset is made from. */
function reportInputs(snapshot: MarketSnapshot, engine: Engine) {
  return snapshot.assets.flatMap((asset) => {
    const assessment = engine.market.state.regimes.get(asset.asset);
    const { source, asOfMs: nowMs, context, machineClock } = snapshot;
    return assessment === undefined
      ? []
      : [{ assessment, snapshot: asset, source, nowMs, context, machineClock }];
  });
}

async function statedRegime(file: string, args: Arguments, io: CommandIo): Promise<number> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  const features = parseFeaturesText(text, file);
  const rules = await readRulesOption(args, io);
  const assessment = assess(features, {
    asOfMs: io.clock.nowMs(),
    baseAsset: features.values.asset ?? readAssets(args.values['asset'])[0] ?? 'BTC',
    source: 'stated',
    coverage: { fresh: 0, of: 0 },
    ...(rules === undefined ? {} : { rules }),
  });
  io.write(args.flags.has('json') ? `${jsonLine(assessment)}\n` : `${statedRegimeText(assessment)}\n`);
  return 0;
}

import { ASSUMED_MARGIN } from '../analysis/heatmap/assumedMargin.ts';
import { heatmapAssumptions } from '../analysis/heatmap/heatmapAssumptions.ts';
import { PerpscopeError } from '../core/errors.ts';
import { jsonLine } from '../core/outsideText.ts';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { readBarsFile } from './heatmap/barsFile.ts';
import { calibrationJson, levelsJson } from './heatmap/heatmapJson.ts';
import { calibrationText, levelsText } from './heatmap/heatmapText.ts';
import { runModel } from './heatmap/modelRun.ts';
import { readTiersFile } from './heatmap/tiersFile.ts';

/**
 * `perpscope heatmap`: the modelled liquidation levels of a series file, with --calibrate how well they foretold its
 * liquidations, or with --asset those of a history. Returns the exit code.
 */
export async function heatmapCommand(args: Arguments, io: CommandIo): Promise<number> {
  const file = args.values['csv'];
  if (file === undefined) {
    if (args.values['store'] === undefined)
      throw new PerpscopeError(
        'usage',
        'heatmap reads a series file or a history: add --csv FILE, or --asset BTC --store FILE',
      );
    // The exchanges' symbols are read with a history alone.
    return (await import('./heatmap/storedHeatmap.ts')).storedHeatmap(args, io);
  }
  const tiers = args.values['tiers'];
  const table = tiers === undefined ? ASSUMED_MARGIN : await readTiersFile(tiers);
  const bars = await readBarsFile(file);
  const run = runModel(bars, table);
  if (run === undefined) throw new PerpscopeError('usage', `${file}: no bar has all four prices`);
  const assumptions = heatmapAssumptions({
    ...{ weights: run.weights, areFitted: run.calibration !== undefined },
    exchanges: [
      {
        ...{ impossible: run.impossible, marginSource: table.source, margin: table.margin },
        ...{ bars: bars.bars.length, hasVolume: bars.hasVolume },
        ...{ withoutPrices: bars.withoutPrices, withoutOpenInterest: bars.withoutOpenInterest },
      },
    ],
  });
  const isJson = args.flags.has('json');
  const print = (json: object, text: readonly string[]): void =>
    io.write(isJson ? `${jsonLine(json)}\n` : `${[...text, '', ...assumptions].join('\n')}\n`);
  if (!args.flags.has('calibrate')) {
    print(levelsJson(run, assumptions), levelsText(run));
    return 0;
  }
  const { calibration, unscored } = run;
  if (calibration !== undefined) {
    print(calibrationJson(calibration, assumptions), calibrationText(calibration));
    return 0;
  }
  throw new PerpscopeError(
    'usage',
    typeof unscored === 'object'
      ? `${file}: a calibration needs ${unscored.needed} whole hours after the first week, there are ${unscored.windows}`
      : `${file}: a calibration needs the columns long_liq and short_liq`,
  );
}

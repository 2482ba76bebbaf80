import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readArguments } from '../../../src/cli/arguments.ts';
import { readAsked } from '../../../src/cli/backfill/asked.ts';
import { planLine, progressLine, resultLine } from '../../../src/cli/backfill/backfillLines.ts';
import { planText } from '../../../src/cli/backfill/planText.ts';
import { resultText } from '../../../src/cli/backfill/resultText.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { BackfillPlan, Chain } from '../../../src/sources/backfill/plan.ts';
import { fileSources } from '../../../src/sources/backfill/fileSources.ts';
import type { ChainResult } from '../../../src/sources/backfill/runBackfill.ts';
import { instrumentOf } from '../market/builders.ts';

const NOW_MS = Date.UTC(2026, 10, 30);
const source = fileSources.find(({ id }) => id === 'binance/um-metrics-files')!;
const unit = { fromMs: NOW_MS - 48 * HOUR_MS, toMs: NOW_MS - 24 * HOUR_MS };
const chain: Chain = {
  ...{ source, asset: 'BTC', instrument: instrumentOf('binance'), key: 'x', ...unit, units: [unit] },
  ...{ done: 7, checks: [unit, unit] },
};
const plan: BackfillPlan = {
  chains: [chain],
  notToBeHad: [{ exchange: 'okx', metric: 'depth', reason: 'It keeps no books.' }],
};
const estimate = { requests: 4, bytes: 2_040_000, rows: 288, timeMs: 2 * MINUTE_MS };
const wordsOf = (line: object): string => (line as { words: string }).words;
const result = (changes: Partial<ChainResult>): ChainResult => ({
  ...{ chain, fetched: 1, checked: 2, issuedAnew: [], failed: 0, missingFiles: 0, lateFiles: 0, rows: 288 },
  ...{ inserted: 1_288, revised: 0, holes: 0, apart: 0, repeats: 0, contradictions: 0, isOver: true },
  ...changes,
});

describe('the words of a back-fill', () => {
  it('are those of the text on the lines that the editor reads', () => {
    const cost = '4 requests, about 2.0 MB, about 288 rows, about 2 min.';
    assert.equal(wordsOf(planLine(plan, estimate, 'live')), `${cost} 1 part is not to be had.`);
    assert.ok(planText(plan, estimate).includes(`\n${cost}\n`));
    const progress = { units: 1, ofUnits: 3, rows: 288, requests: 4, bytes: 2_040_000, elapsedMs: 1_000 };
    assert.equal(wordsOf(progressLine(progress)), '1 of 3 pages and files, 288 rows, 288 a second, 2.0 MB');
    const words = '1,288 new rows.';
    assert.equal(wordsOf(resultLine([result({})], [])), words);
    assert.ok(resultText([result({})], []).endsWith(`\n${words}\n`));
  });

  it('say what was looked at once more, what of it was issued anew, and what is left', () => {
    assert.match(planText(plan, estimate), /, 4 requests, 7 fetched before, 2 of them looked at once more\n/);
    const anew = result({
      issuedAnew: ['a.zip', 'b.zip', 'c.zip', 'd.zip', 'e.zip', 'f.zip'],
      isOver: false,
    });
    const text = resultText([anew], []);
    assert.match(text, /2 files looked at once more, 6 files issued anew \(a\.zip, .*, e\.zip and others\)/);
    assert.match(text, /1,288 new rows; of 1 of 1 sources something is left\.\n$/);
  });

  it('take a number of files or all of them, and nothing else', () => {
    const asked = (...more: string[]) =>
      readAsked(readArguments(['backfill', '--since', '30d', '--store', 'h.sqlite', ...more]), NOW_MS);
    assert.deepEqual([asked().checkFiles, asked().isCoinMargined], [0, false]);
    assert.equal(asked('--check-files', '30').checkFiles, 30);
    assert.ok(asked('--check-files', 'all', '--coin-margined').checkFiles > 100_000);
    for (const bad of ['0', 'none', '-1'])
      assert.throws(() => asked('--check-files', bad), { code: 'usage' });
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readArguments } from '../../../../src/cli/arguments.ts';
import type { CommandIo } from '../../../../src/cli/commandIo.ts';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import type { RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { regimeCommand } from '../../../../src/cli/regimeCommand.ts';

describe('regime --features', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-features-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(name: string, content?: string): Promise<string> {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    let written = '';
    const io = {
      write: (text: string) => {
        written += text;
      },
      note: () => undefined,
      clock: { nowMs: () => 1.79e12 },
    } as unknown as CommandIo;
    await regimeCommand(readArguments(['regime', '--features', path, '--json']), io);
    return written;
  }

  it('takes a file that starts with a byte order mark', async () => {
    const written = await run('bom.json', '\uFEFF{"openInterestRecord":true}');
    assert.equal((JSON.parse(written) as { label: string }).label, 'leverage-build-up');
  });

  it('judges by the rules of --rules, and does not begin where they are faulty: each fault is a line', async () => {
    const values = join(folder, 'values.json');
    writeFileSync(values, '{"returnPct":6,"windowHours":24,"openInterestChangePct":-6}');
    const rules = join(folder, 'mine.perpscope-rules.json');
    const judged = async (content: string, failed: string[] = []) => {
      writeFileSync(rules, content);
      let written = '';
      const io = {
        write: (text: string) => void (written += text),
        fail: (code: string, line: string) => void failed.push(`${code} ${line}`),
        clock: { nowMs: () => 1.79e12 },
      } as unknown as CommandIo;
      await regimeCommand(readArguments(['regime', '--features', values, '--rules', rules, '--json']), io);
      return JSON.parse(written) as RegimeAssessment;
    };
    const strict = await judged('{ "version": "mine/1", "extends": "built-in", "families": { "move": { "enter": 7, "leave": 0 } } }'); // prettier-ignore
    assert.deepEqual([strict.label, strict.rulesVersion], ['neutral', 'mine/1']);
    const failed: string[] = [];
    await assert.rejects(judged('{ "version": "m",\n "extends": "built-in", "dwellHours": "6" }', failed), (error) => isPerpscopeError(error, 'usage') && error.message === `${rules}:2:39: dwellHours: expected a number, found "6" (wrong-type)`); // prettier-ignore
    assert.deepEqual(failed, [`usage ${rules}:1:14: version: expected a text of the form ^[\\w.-]+/[\\w.-]+$, found "m" (wrong-form)`]); // prettier-ignore
  });

  it('names the file in what is wrong with it', async () => {
    await assert.rejects(run('slip.json', '{"returnPercent":1}'), /slip\.json: unknown key "returnPercent"/);
    await assert.rejects(run('cut.json', '{'), /cut\.json: not valid JSON/);
    await assert.rejects(run('absent.json'), /absent\.json cannot be read/);
  });
});

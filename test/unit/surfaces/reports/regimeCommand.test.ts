import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readArguments } from '../../../../src/cli/arguments.ts';
import type { CommandIo } from '../../../../src/cli/commandIo.ts';
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

  it('names the file in what is wrong with it', async () => {
    await assert.rejects(run('slip.json', '{"returnPercent":1}'), /slip\.json: unknown key "returnPercent"/);
    await assert.rejects(run('cut.json', '{'), /cut\.json: not valid JSON/);
    await assert.rejects(run('absent.json'), /absent\.json cannot be read/);
  });
});

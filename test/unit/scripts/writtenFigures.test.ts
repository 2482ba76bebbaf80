import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { writeFigures } from '../../../scripts/writtenFigures.mjs';

describe('figures on a page', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-figures-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('stand between the marks of their command, laid out, and nothing else is changed', async () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'Before.\n\n<!-- figures: npm run x -->\nold\n<!-- end of figures -->\n\nAfter.\n');
    for (let time = 0; time < 2; time++)
      await writeFigures(page, 'npm run x', '| a | bcd |\n|-|-|\n| 12345 | 6 |');
    assert.equal(
      readFileSync(page, 'utf8'),
      'Before.\n\n<!-- figures: npm run x -->\n\n| a     | bcd |\n| ----- | --- |\n| 12345 | 6   |\n\n<!-- end of figures -->\n\nAfter.\n',
    );
  });

  it('are refused where the page has no marks of the command, and the page stays', async () => {
    const page = join(folder, 'page.md');
    for (const text of ['No marks.\n', '<!-- end of figures -->\n<!-- figures: npm run x -->\n']) {
      writeFileSync(page, text);
      await assert.rejects(writeFigures(page, 'npm run x', 'new'), /FIGURES: .*has lost its marks/);
      assert.equal(readFileSync(page, 'utf8'), text);
    }
  });
});

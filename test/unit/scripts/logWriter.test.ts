import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';

interface Logger {
  info(message: string): void;
  warn(message: string): void;
  setLevel(level: number): void;
  setPattern(pattern: string): void;
  clearFormatters(): void;
  getLevel(): number;
}
interface LogWriter {
  createAsyncRotatingLogger(name: string, file: string, maxBytes: number, maxFiles: number): Promise<Logger>;
}
const writer = createRequire(import.meta.url)('../../../scripts/logWriter.cjs') as LogWriter;

describe('the log writer of the installed editor', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const open = (maxBytes = 5_000_000): Promise<Logger> =>
    writer.createAsyncRotatingLogger('one', join(folder, 'deep', 'one.log'), maxBytes, 2);
  const text = (name = 'one.log'): string => readFileSync(join(folder, 'deep', name), 'utf8');

  it('writes each line at once, in the pattern and from the level that it is given', async () => {
    const logger = await open();
    assert.equal(text(), '', 'the file is there before the first line');
    logger.setPattern('%Y-%m-%d %H:%M:%S.%e [%l] %v');
    logger.info('100 % of %v');
    assert.match(text(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[info\] 100 % of %v\n$/);
    logger.setLevel(3);
    logger.info('quiet');
    logger.warn('loud');
    assert.match(text(), /\[warning\] loud\n$/);
    assert.doesNotMatch(text(), /quiet/);
    logger.clearFormatters();
    logger.warn('bare');
    assert.ok(text().endsWith('loud\nbare'));
  });

  it('keeps as many older files as it is told, and the newest lines', async () => {
    const logger = await open(100);
    logger.clearFormatters();
    for (let line = 0; line < 50; line++) logger.info(`line ${line} of a log that is long\n`);
    assert.deepEqual(readdirSync(join(folder, 'deep')).sort(), ['one.1.log', 'one.2.log', 'one.log']);
    assert.ok(text().includes('line 49') && text('one.1.log').includes('line 47'));
  });

  it('ends nothing where its folder is gone', async () => {
    const logger = await open();
    rmSync(join(folder, 'deep'), { recursive: true });
    logger.info('to nowhere');
    assert.equal(logger.getLevel(), 2);
  });
});

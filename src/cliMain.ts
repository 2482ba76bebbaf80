import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from './core/clock.ts';
import { isPerpscopeError, PerpscopeError, toPerpscopeError } from './core/errors.ts';
import { silentLogger, type Logger } from './core/logger.ts';
import { messageLine, printable } from './core/outsideText.ts';
import { readArguments } from './cli/arguments.ts';
import type { CommandIo } from './cli/commandIo.ts';
import { HELP } from './cli/help.ts';
import { stopOnSignals } from './cli/stopSignals.ts';

const MANIFEST = join(import.meta.dirname, '..', 'package.json');

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 partial. */
async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help') {
    io.write(HELP);
    return argv.length === 0 ? 2 : 0;
  }
  if (argv[0] === '--version' || argv[0] === '-v' || argv[0] === 'version') {
    io.write(`${versionOf(MANIFEST)}\n`);
    return 0;
  }
  const args = readArguments(argv);
  if (args.flags.has('help')) {
    io.write(HELP);
    return 0;
  }
  // Each command loads only what it needs: decoding must not pay for the network.
  switch (args.command) {
    case 'decode':
      return (await import('./cli/decodeCommand.ts')).decodeCommand(args, io);
    case 'snapshot':
      return (await import('./cli/snapshotCommand.ts')).snapshotCommand(args, io);
    case 'regime':
      return (await import('./cli/regimeCommand.ts')).regimeCommand(args, io);
    case 'report':
      return (await import('./cli/regimeCommand.ts')).reportCommand(args, io);
    case 'collect':
      return (await import('./cli/collectCommand.ts')).collectCommand(args, io);
    case 'query':
      return (await import('./cli/queryCommand.ts')).queryCommand(args, io);
    case 'export':
      return (await import('./cli/exportCommand.ts')).exportCommand(args, io, versionOf(MANIFEST));
    case 'kept':
      return (await import('./cli/keptCommand.ts')).keptCommand(args, io);
    case 'timeline':
      return (await import('./cli/timelineCommand.ts')).timelineCommand(args, io);
    case 'heatmap':
      return (await import('./cli/heatmapCommand.ts')).heatmapCommand(args, io);
    case 'import':
      return (await import('./cli/importCommand.ts')).importCommand(args, io);
    case 'backfill':
      return (await import('./cli/backfillCommand.ts')).backfillCommand(args, io);
    case 'simulate':
      return (await import('./cli/simulateCommand.ts')).simulateCommand(args, io);
    default:
      throw new PerpscopeError('usage', `the command "${args.command}" is not there yet`);
  }
}

function versionOf(manifest: string): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const isQuiet = argv.includes('--quiet');
  const stop = new AbortController();
  stopOnSignals(() => stop.abort());
  // Every line of standard error passes here, so that nothing from outside acts on the terminal or forges a line.
  const say = (text: string): void => void process.stderr.write(`${messageLine(text)}\n`);
  const status = (line: string | undefined): void => {
    const width = process.stderr.columns;
    const text = messageLine(line ?? '');
    process.stderr.write(`\r\u001b[K${text.length >= width ? `${text.slice(0, width - 2)}…` : text}`);
  };
  const fail = (code: string, line: string): void =>
    say(`perpscope: ${code.toUpperCase().replaceAll('-', '_')}: ${line}`);
  const logger: Logger = { ...silentLogger, error: (message) => say(`perpscope: ${message}`) };
  const io: CommandIo = {
    write: (text) => void process.stdout.write(printable(text)),
    note: (line) => {
      if (!isQuiet) say(line);
    },
    ...(process.stderr.isTTY && !isQuiet ? { status } : {}),
    fail,
    readInput: () => readAll(process.stdin),
    clock: systemClock,
    logger,
    signal: stop.signal,
  };
  try {
    process.exitCode = await run(argv, io);
  } catch (error) {
    const failure = toPerpscopeError(error, 'config');
    fail(failure.code, failure.message);
    process.exitCode = isPerpscopeError(failure, 'usage') ? 2 : 1;
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has gone (`perpscope … | head`): there is nobody left to write to.
  if (error.code === 'EPIPE') process.exit(0);
});

void main();

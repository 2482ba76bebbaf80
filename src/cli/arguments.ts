import { parseArgs } from 'node:util';
import { ASSET_NAME_RULE, parseAssets } from '../core/assetName.ts';
import type { Asset } from '../core/ids.ts';
import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

/** The command line, read. `values` holds what the command's options gave. */
export interface Arguments {
  readonly command: string;
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

interface CommandOptions {
  readonly values: readonly string[];
  readonly flags: readonly string[];
  readonly lists?: readonly string[];
  /** How many words may stand without an option; none unless stated. */
  readonly words?: number;
}

const COMMON: CommandOptions = {
  values: ['store', 'endpoints', 'timeout'],
  flags: ['json', 'quiet', 'help', 'simulated'],
};

/** The options of each command, besides the common ones. */
export const COMMANDS: Readonly<Record<string, CommandOptions>> = {
  snapshot: { values: ['asset', 'exchanges', 'seed', 'scenario'], flags: [] },
  regime: { values: ['asset', 'exchanges', 'features', 'seed', 'scenario'], flags: [] },
  report: { values: ['asset', 'exchanges', 'out', 'seed', 'scenario'], flags: [], words: 1 },
  decode: {
    values: ['exchange', 'path', 'method', 'query'],
    flags: ['stream'],
    lists: ['instruments'],
    words: Number.POSITIVE_INFINITY,
  },
  simulate: { values: ['port', 'seed', 'scenario', 'latency'], flags: [] },
};

/** Reads the arguments after the program's name. Errors: `usage`, naming the nearest known word. */
export function readArguments(argv: readonly string[]): Arguments {
  const [command = '', ...rest] = argv;
  const options = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (options === undefined) {
    const hint = nearest(command, Object.keys(COMMANDS));
    const what = command === '' ? 'no command was given' : `unknown command "${command}"`;
    throw new PerpscopeError(
      'usage',
      `${what}${hint === undefined ? '' : `, did you mean "${hint}"`}; run perpscope --help`,
    );
  }
  const values = [...COMMON.values, ...options.values];
  const flags = [...COMMON.flags, ...options.flags];
  const lists = options.lists ?? [];
  const known = Object.fromEntries([
    ...values.map((name) => [name, { type: 'string' as const }]),
    ...flags.map((name) => [name, { type: 'boolean' as const }]),
    ...lists.map((name) => [name, { type: 'string' as const, multiple: true }]),
  ]) as Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;
  try {
    const parsed = parseArgs({ args: rest, options: known, allowPositionals: true, strict: true });
    const pick = (name: string): unknown => parsed.values[name];
    refuseWords(command, options, parsed.positionals);
    return {
      command,
      positionals: parsed.positionals,
      flags: new Set(flags.filter((name) => pick(name) === true)),
      values: Object.fromEntries(values.map((name) => [name, pick(name) as string | undefined])),
      lists: Object.fromEntries(lists.map((name) => [name, (pick(name) ?? []) as string[]])),
    };
  } catch (error) {
    if (isPerpscopeError(error)) throw error;
    const given = /'(--[^' =]+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const isKnown = given !== undefined && Object.hasOwn(known, given.slice(2));
    const hint = given === undefined || isKnown ? undefined : nearest(given.slice(2), Object.keys(known));
    const what =
      given === undefined ? 'the options could not be read' : `${command} does not take ${given} that way`;
    throw new PerpscopeError(
      'usage',
      `${what}${hint === undefined ? '' : `, did you mean --${hint}`}; run perpscope --help`,
      { cause: error },
    );
  }
}

/** A word that a command has no place for is a mistake: `snapshot ETH` must not answer about BTC. */
function refuseWords(command: string, options: CommandOptions, positionals: readonly string[]): void {
  const word = positionals[options.words ?? 0];
  if (word === undefined) return;
  const hint = options.values.includes('asset') ? `, did you mean --asset ${word}` : '';
  throw new PerpscopeError('usage', `${command} has no place for "${word}"${hint}; run perpscope --help`);
}

/** Reads an option as a whole number in a range. Errors: `usage`. */
export function readNumber(
  name: string,
  value: string | undefined,
  range: { min: number; max: number },
): number | undefined {
  if (value === undefined) return undefined;
  const parsed = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (parsed >= range.min && parsed <= range.max) return parsed;
  throw new PerpscopeError(
    'usage',
    `--${name} takes a whole number from ${range.min} to ${range.max}, not "${value}"`,
  );
}

/** Reads a comma-separated list of tickers, each once. Errors: `usage`, naming the entry. */
export function readAssets(value: string | undefined): readonly Asset[] {
  const { assets, refused } = parseAssets((value ?? 'BTC').split(','));
  const [bad] = refused;
  if (bad === undefined) return assets;
  throw new PerpscopeError(
    'usage',
    `--asset takes tickers such as BTC,ETH, not ${quoted(bad)}; a ticker is ${ASSET_NAME_RULE}`,
  );
}

/** A word from outside as it can be shown on a terminal: what would act on it or cannot be seen is spelled out. */
function quoted(word: string): string {
  const spelled = JSON.stringify(word).replace(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`,
  );
  return spelled.length > 80 ? `${spelled.slice(0, 80)}…` : spelled;
}

import { parseArgs } from 'node:util';
import { ASSET_NAME_RULE, parseAssets } from '../core/assetName.ts';
import type { Asset } from '../core/ids.ts';
import { PerpscopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { quoted } from '../core/outsideText.ts';
import { COMMANDS, COMMON, EXAMPLES, IDLE, type CommandOptions } from './options.ts';

/** The command line, read. `values` holds what the command's options gave. */
export interface Arguments {
  readonly command: string;
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** Reads the arguments after the program's name. Errors: `usage`, naming the nearest known word. */
export function readArguments(argv: readonly string[]): Arguments {
  const [command = '', ...rest] = argv;
  const options = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (options === undefined) {
    const what = command === '' ? 'no command was given' : `unknown command ${quoted(command)}`;
    throw wrong(`${what}${didYouMean(nearest(command, Object.keys(COMMANDS)), quoted)}`);
  }
  const names = {
    values: [...COMMON.values, ...options.values],
    flags: [...COMMON.flags, ...options.flags],
    lists: options.lists ?? [],
  };
  const types = Object.fromEntries([
    ...[...names.values, ...names.lists].map((name) => [name, { type: 'string' as const, multiple: true }]),
    ...names.flags.map((name) => [name, { type: 'boolean' as const }]),
  ]) as Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;
  // Not strict: its errors are sentences. The tokens say what was written.
  const { tokens } = parseArgs({ args: rest, options: types, strict: false, tokens: true });
  const read = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { rawName } = token;
    const name = rawName === '-h' ? 'help' : token.name;
    if (!Object.hasOwn(types, name) || !(rawName === '-h' || rawName.startsWith('--')))
      throw wrong(
        `${command} has no option ${quoted(rawName)}${didYouMean(nearest(name, Object.keys(types)), (hint) => `--${hint}`)}`,
      );
    const isFlag = names.flags.includes(name);
    if (isFlag && token.value !== undefined) throw wrong(`--${name} takes no value`);
    if (!isFlag && isValueMissing(token))
      throw wrong(`--${name} needs a value, for example --${name} ${EXAMPLES[name] ?? ''}`.trimEnd());
    if (read.has(name) && !isFlag && !names.lists.includes(name)) throw wrong(`--${name} is given twice`);
    read.set(name, [...(read.get(name) ?? []), token.value ?? '']);
  }
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  if (!read.has('help')) refuseIdle(command, read);
  refuseWords(command, options, positionals);
  return {
    command,
    positionals,
    flags: new Set(names.flags.filter((name) => read.has(name))),
    values: Object.fromEntries(names.values.map((name) => [name, read.get(name)?.[0]])),
    lists: Object.fromEntries(names.lists.map((name) => [name, read.get(name) ?? []])),
  };
}

/** `--asset --json` has no asset; `--seed -1` has a seed, if a wrong one. */
function isValueMissing(token: {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}): boolean {
  return token.value === undefined || (token.inlineValue !== true && /^-(?!\d|$)/.test(token.value));
}

/** What would be passed over without a word is a mistake: a seed without a simulator must not ask real exchanges. */
function refuseIdle(command: string, read: ReadonlyMap<string, unknown>): void {
  const idle = IDLE.find(
    ({ option, beside, without, commands }) =>
      read.has(option) &&
      (commands === undefined || commands.includes(command)) &&
      (beside === undefined || read.has(beside)) &&
      (without === undefined || !read.has(without)),
  );
  if (idle !== undefined) throw new PerpscopeError('usage', idle.advice);
}

/** A word that a command has no place for is a mistake: `snapshot ETH` must not answer about BTC. */
function refuseWords(command: string, options: CommandOptions, positionals: readonly string[]): void {
  const word = positionals[options.words ?? 0];
  if (word === undefined) return;
  const isAsset = options.values.includes('asset') && parseAssets([word]).refused.length === 0;
  const call = ['perpscope', command, ...positionals.slice(0, options.words ?? 0), `--asset ${word}`].join(
    ' ',
  );
  throw wrong(`unexpected ${quoted(word)}${isAsset ? `, did you mean: ${call}` : ''}`);
}

function wrong(what: string): PerpscopeError {
  return new PerpscopeError('usage', `${what}; run perpscope --help`);
}

const didYouMean = (hint: string | undefined, written: (word: string) => string): string =>
  hint === undefined ? '' : `, did you mean ${written(hint)}`;

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
    `--${name} takes a whole number from ${range.min} to ${range.max}, not ${quoted(value)}`,
  );
}

/** Reads a comma-separated list of tickers, each once; `option` has it. Errors: `usage`, naming the entry. */
export function readAssets(value: string | undefined, option = '--asset'): readonly Asset[] {
  const { assets, refused } = parseAssets((value ?? 'BTC').split(','));
  const [bad] = refused;
  if (bad === undefined) return assets;
  throw new PerpscopeError(
    'usage',
    `${option} takes tickers such as BTC,ETH, not ${quoted(bad)}; a ticker is ${ASSET_NAME_RULE}`,
  );
}

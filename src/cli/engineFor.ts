import { createEngine, endpointIds, type Engine, type EngineOptions } from '../engine.ts';
import { PerpscopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { quoted } from '../core/outsideText.ts';
import { exchangeAdapters } from '../sources/exchanges/registry.ts';
import { readEndpoints } from '../sources/transport/endpoints.ts';
import { readNumber, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { readRulesOption } from './rulesOption.ts';
import { readStorePath } from './storePath.ts';

const DEFAULT_TIMEOUT_S = 15;
/** What a simulated market goes through unless told otherwise; the editor's default as well. */
const DEFAULT_SCENARIO = 'spot-led-rally';

/** Reads a list of exchanges; `option` has it. Errors: `usage`, naming the nearest known id. */
export function readExchanges(value: string | undefined, option = '--exchanges'): string[] | undefined {
  if (value === undefined) return undefined;
  const known = exchangeAdapters.map((adapter) => adapter.id);
  const chosen = value.split(',').map((part) => part.trim().toLowerCase());
  const bad = chosen.find((id) => !known.includes(id));
  if (bad === undefined) return [...new Set(chosen)];
  const hint = nearest(bad, known);
  const help = hint === undefined ? `known: ${known.join(', ')}` : `did you mean "${hint}"`;
  throw new PerpscopeError('usage', `unknown exchange ${quoted(bad)} in ${option}; ${help}`);
}

/** Reads which simulated market is meant. Errors: `usage` for a seed that is none; the scenario is not looked up. */
export function readSimulation(args: Arguments): { readonly seed: number; readonly scenario: string } {
  const { seed, scenario = DEFAULT_SCENARIO } = args.values;
  return { seed: readNumber('seed', seed, { min: 0, max: 2 ** 31 - 1 }) ?? 1, scenario };
}

/** Reads `--timeout`, seconds for one exchange's request; returns ms. */
export function readTimeoutMs(args: Arguments): number {
  return (readNumber('timeout', args.values['timeout'], { min: 1, max: 600 }) ?? DEFAULT_TIMEOUT_S) * 1_000;
}

/** What an engine is for, beside what the options describe. */
export interface EngineUse extends Pick<EngineOptions, 'streams' | 'share'> {
  /** The history cannot be kept; it was said. */
  readonly onHistoryLost?: () => void;
}

/** Builds the engine that the options describe: endpoints, store, simulated market. A history that is lost is said once. */
export async function engineFor(
  args: Arguments,
  io: CommandIo,
  { onHistoryLost, ...use }: EngineUse = {},
): Promise<Engine> {
  const { endpoints: file, store, rules } = args.values;
  // A command does not begin with a faulty file; one that is good is followed as long as it runs.
  await readRulesOption(args, io);
  const storePath = readStorePath(store);
  const simulator = args.flags.has('simulated') ? readSimulation(args) : undefined;
  return createEngine({
    ...use,
    logger: io.logger,
    clock: io.clock,
    onNotice: (notice, { isHistoryLost }) => {
      if (!isHistoryLost) return io.note(notice);
      io.fail('store', notice);
      onHistoryLost?.();
    },
    ...(file === undefined ? {} : { endpoints: await endpointsIn(file), endpointsFrom: file }),
    ...(storePath === undefined ? {} : { storePath }),
    ...(simulator === undefined ? {} : { simulator }),
    ...(rules === undefined ? {} : { rules: { file: { path: rules, name: rules } } }),
  });
}

/** Reads and checks an endpoints file. Errors: `config`, naming the file and what is wrong in it. */
async function endpointsIn(file: string): Promise<unknown> {
  return Object.fromEntries(await readEndpoints(file, endpointIds()));
}

/** The parts of a test run: the checks (types, lint, format, what is tested), side by side, and the layers, stage by stage. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap.mjs';
import { pace } from './pace.mjs';
import { ALIVE, emptyResult, failedResult } from './report.mjs';

/** @typedef {import('./summary.d.mts').Row} Row */

const checkTimeoutMs = 600_000;
/** Sources that were compiled once are not compiled again by each of the many processes that tests start. */
const compiled = join(root, 'out', 'compiled');
const bin = (/** @type {string[]} */ ...parts) => join('node_modules', ...parts);

/**
 * The editor is installed and the VSIX packed once, before several layers at a time ask for them. Where the editor is not there yet,
 * most of that is waiting for the network: it begins first.
 * @type {readonly { name: string, args: readonly string[] }[]}
 */
const checks = [
  { name: 'editor', args: [join('scripts', 'editorServer.mjs')] },
  { name: 'lint', args: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'] },
  { name: 'lint-typed', args: [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings', '.'] },
  { name: 'typecheck', args: [bin('typescript-compiler', 'bin', 'tsc'), '-b', '--pretty', 'false'] },
  { name: 'format', args: [bin('oxfmt', 'bin', 'oxfmt'), '--check', '.'] },
  { name: 'package', args: [join('scripts', 'package.mjs')] },
];

/**
 * @param {readonly string[]} [names] which ones; all without it
 * @returns {Promise<Row[]>}
 */
export async function runChecks(names) {
  const chosen = checks.filter(({ name }) => names?.includes(name) ?? true);
  /** @type {Row[]} */
  const rows = [];
  const waiting = [...chosen];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
      rows.push(await runCheck(check));
  };
  await Promise.all([lane(), lane(), lane()]);
  return chosen.flatMap(({ name }) => rows.filter((row) => row.name === name));
}

/** @param {{ name: string, args: readonly string[] }} check @returns {Promise<Row>} */
async function runCheck({ name, args }) {
  const startedAt = Date.now();
  const { code, output } = await capture(args);
  const seconds = (Date.now() - startedAt) / 1000;
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)\n`);
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n\n`);
  const result = code === 0 ? { ...emptyResult(), passed: 1 } : failedResult(name, `exit code ${code}`);
  return { name, seconds, result };
}

/** @param {readonly string[]} args @returns {Promise<{ code: number, output: string }>} */
function capture(args) {
  if (!existsSync(join(root, args[0] ?? '')))
    return Promise.resolve({ code: 1, output: `${args[0]} is missing` });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: checkTimeoutMs * pace(),
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

/**
 * Layers in stages, one after the other; in each, lanes side by side, in which layers run one after the other.
 * @param {readonly import('./layers.mjs').Layer[]} layers @returns {import('./layers.mjs').Layer[][][]}
 */
export function stagesOf(layers) {
  /** @type {import('./layers.mjs').Layer[][][]} */
  const stages = [[[], [], []]];
  for (const layer of layers) {
    if (layer.isAlone === true) stages.push([[], [], []]);
    stages.at(-1)?.[layer.lane ?? 0]?.push(layer);
  }
  return stages;
}

/**
 * Runs a stage. The first lane writes as it runs; what the others say is written when the first is through, so that no two mix.
 * @param {readonly import('./layers.mjs').Layer[][]} stage @param {string | undefined} grep @returns {Promise<Row[]>}
 */
export async function runStage([first = [], ...others], grep) {
  const title = (/** @type {string} */ name) => process.stdout.write(`\n${name}\n`);
  /** @type {Row[]} */
  const rows = [];
  const besides = others.map((lane) => inTurn(lane, (layer) => runLayer(layer, grep, { isHeld: true })));
  await inTurn(first, async (layer) => {
    title(layer.name);
    const { output: _none, ...row } = await runLayer(layer, grep);
    rows.push(row);
  });
  for (const beside of besides) {
    for (const { output, ...row } of await beside) {
      title(row.name);
      process.stdout.write(output);
      rows.push(row);
    }
  }
  return rows;
}

/** @template T, R @param {readonly T[]} all @param {(one: T) => Promise<R>} run @returns {Promise<R[]>} */
async function inTurn(all, run) {
  const results = [];
  for (const one of all) results.push(await run(one));
  return results;
}

/**
 * Runs a layer in a process of its own. What a held one prints comes with the result, so that two do not mix.
 * @param {import('./layers.mjs').Layer} layer @param {string | undefined} grep @param {{ isHeld: boolean }} [how]
 * @returns {Promise<Row & { output: string }>}
 */
export function runLayer(layer, grep, { isHeld } = { isHeld: false }) {
  const startedAt = Date.now();
  const args = ['--disable-warning=ExperimentalWarning', layer.script, layer.name];
  if (grep !== undefined) args.push('--grep', grep);
  return new Promise((resolve) => {
    /** @type {import('./report.d.mts').LayerResult | undefined} */
    let result;
    let output = '';
    const stream = isHeld ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
      stdio: ['ignore', stream, stream, 'ipc'],
    });
    const isHanging = () => child.kill();
    let silence = setTimeout(isHanging, layer.silenceMs * pace());
    const settle = (/** @type {string} */ reason) => {
      clearTimeout(silence);
      const seconds = (Date.now() - startedAt) / 1000;
      resolve({ name: layer.name, seconds, output, result: result ?? failedResult(layer.name, reason) });
    };
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('message', (message) => {
      clearTimeout(silence);
      silence = setTimeout(isHanging, layer.silenceMs * pace());
      if (message !== ALIVE) result = /** @type {typeof result} */ (message);
    });
    child.once('error', (error) => settle(`could not run: ${error.message}`));
    child.once('close', (code, signal) => {
      const reason = `ended without a result (${signal ?? `exit code ${code}`})`;
      if (code !== 0 && result?.failed === 0) result = failedResult(layer.name, reason);
      settle(reason);
    });
  });
}

/** The built product: its simulated exchanges, and what its `decode` reads in recorded bytes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
export const EXCHANGES = [
  'binance',
  'okx',
  'bybit',
  'bitget',
  'gate',
  'deribit',
  'hyperliquid',
  'kraken-futures',
  'htx',
];

/** Starts `simulate`; `stop` ends that process. */
export async function startSimulator(seed, scenario) {
  const child = spawn(process.execPath, [cli, 'simulate', '--json', '--seed', seed, '--scenario', scenario], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoints = await new Promise((found, failed) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      try {
        found(JSON.parse(text));
      } catch {
        // More is to come.
      }
    });
    child.on('exit', (code) => failed(new Error(`simulate ended with ${code}`)));
  });
  return {
    endpoints: Object.fromEntries(EXCHANGES.map((id) => [id, endpoints[id]])),
    all: endpoints,
    stop: () => child.kill('SIGTERM'),
  };
}

/** Runs a command of the product; returns what it prints. */
function run(args, input = '') {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', failed);
    child.on('close', () => done(text));
    child.stdin.end(input);
  });
}

/** Takes a folder for files while something is done. */
async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-clients-'));
  try {
    return await work((name, value) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify(value));
      return file;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const lines = (text) => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)); // prettier-ignore
const envelopeOf = ({ exchange, method, path, query, atMs, response }) => ({
  exchange,
  transport: 'rest',
  method,
  path,
  query,
  received: atMs,
  response,
});

/** Lets the product ask for a snapshot, so that its own lists of contracts are recorded. */
export async function askSnapshot(endpoints, assets) {
  await inFolder((write) =>
    run([
      'snapshot',
      '--asset',
      assets,
      '--json',
      '--quiet',
      '--endpoints',
      write('endpoints.json', endpoints),
    ]),
  );
}

/** What the product reads in recorded answers; `lists` are answers that hold instruments. Returns one reading for each. */
export async function decodeAnswers(answers, lists) {
  return inFolder(async (write) => {
    const named = lists.flatMap((list, index) => [
      '--instruments',
      write(`list-${index}.json`, envelopeOf(list)),
    ]);
    const files = answers.map((answer, index) => write(`${index}.json`, envelopeOf(answer)));
    return lines(await run(['decode', ...named, ...files]));
  });
}

/** What the product reads in the frames of an exchange's sockets, one reading for each frame. */
export async function decodeFrames(exchange, frames, lists) {
  return inFolder(async (write) => {
    const named = lists.filter((list) => list.exchange === exchange).flatMap((list, index) => ['--instruments', write(`${index}.json`, envelopeOf(list))]); // prettier-ignore
    return lines(await run(['decode', '--exchange', exchange, '--stream', ...named], frames.join('\n')));
  });
}

/** The answers among these that hold instruments or what completes them. */
export async function listsIn(answers) {
  const readings = await decodeAnswers(answers, []);
  const isList = ({ path }, { instruments = [] }) =>
    /fundingInfo|query_elements/.test(path) || (instruments.length > 0 && !path.includes('tickers'));
  return {
    lists: answers.filter((answer, index) => isList(answer, readings[index])),
    instruments: readings.flatMap((one) => one.instruments ?? []),
  };
}

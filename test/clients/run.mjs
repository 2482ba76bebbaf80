/**
 * Clients of other authors read the simulated exchanges, and the product reads the same bytes. Every value that a client
 * makes of them agrees with the product's, or the difference is explained in `explained.json`. Nothing leaves 127.0.0.1.
 */
import { writeFileSync } from 'node:fs';
import { judged } from './claims.mjs';
import { compareExplained, readExplained } from './explained.mjs';
import { askSnapshot, decodeAnswers, decodeFrames, EXCHANGES, listsIn, startSimulator } from './product.mjs';
import { startRecorder } from './recorder.mjs';
import { claimsOf, restCalls } from './restCalls.mjs';
import { sdkCalls, sdkVerdict } from './sdkCalls.mjs';
import { mappedClaims, watchedClaims } from './streamClaims.mjs';
import { followStreams } from './streamCalls.mjs';
import { tableOf } from './table.mjs';

const { CLIENTS_SEED: seed = '7', CLIENTS_SCENARIO: scenario = 'selling-wave', CLIENTS_SECONDS: seconds = '60', CLIENTS_OUT: out } = process.env; // prettier-ignore
// tardis-dev reads OKX's `trades` instead of a channel that needs an account.
process.env.OKX_USE_TRADES_CHANNEL = '1';
const say = (text) => process.stdout.write(`${text}\n`);

async function readRest(recorder, lists, instruments) {
  const calls = (await Promise.all(EXCHANGES.map((exchange) => restCalls(exchange, recorder)))).flat();
  const bySdk = await sdkCalls(recorder);
  const answers = recorder.answers.filter(({ status }) => status === 200);
  const readings = await decodeAnswers(answers, lists);
  answers.forEach((answer, index) => Object.assign(answer, readings[index]));
  const claims = calls.flatMap((call) => claimsOf(call, instruments));
  return [
    ...claims.map((claim) => (claim.verdict === undefined ? judged(claim) : claim)),
    ...bySdk.map(sdkVerdict),
  ];
}

async function readStreams(recorder, lists, instruments, untilMs) {
  const followed = await Promise.all(EXCHANGES.map((exchange) => followStreams(exchange, recorder, untilMs)));
  const verdicts = [];
  for (const [index, exchange] of EXCHANGES.entries()) {
    const texts = recorder.sockets
      .filter((socket) => socket.exchange === exchange)
      .flatMap(({ frames }) => frames);
    const readings = await decodeFrames(exchange, texts, lists);
    const frames = texts.map((text, at) => ({ text, observations: readings[at]?.observations ?? [] }));
    const { events, failures } = followed[index];
    const head = { exchange, contract: 'linear', kind: 'call', field: 'call', verdict: 'differ' };
    verdicts.push(
      ...failures.map(({ method, error }) => ({ ...head, client: 'ccxt.pro', method, value: error })),
      ...readings.flatMap(({ issues }) => issues.filter(({ code }) => code !== 'unsupported' && code !== 'venue-rejected').map(({ code, message }) => ({ ...head, client: 'product', method: 'decode', field: code, value: message }))),
      ...[...watchedClaims(exchange, events, readings.flatMap((one) => one.observations)), ...mappedClaims(exchange, frames, instruments)].map(judged),
    ); // prettier-ignore
  }
  return verdicts;
}

/** Clients that must have agreed on something, by exchange: a run in which nothing was read is no success. */
function silent(verdicts) {
  return EXCHANGES.flatMap((exchange) =>
    ['ccxt', 'ccxt.pro', 'tardis']
      .filter(
        (client) =>
          verdicts.filter(
            (one) => one.exchange === exchange && one.client === client && one.verdict === 'agree',
          ).length < 20,
      )
      .map((client) => `${exchange}: ${client} agrees on fewer than 20 values`),
  );
}

const startedAt = Date.now();
const simulator = await startSimulator(seed, scenario);
// Answers and streams are read at the same time, through proxies of their own.
const [rest, streams] = await Promise.all([
  startRecorder(simulator.endpoints),
  startRecorder(simulator.endpoints),
]);
try {
  await askSnapshot({ ...simulator.all, ...rest.endpoints }, 'BTC,SOL,ETH');
  const { lists, instruments } = await listsIn(rest.answers.splice(0).filter(({ status }) => status === 200));
  const untilMs = Date.now() + Number(seconds) * 1_000;
  const [fromRest, fromStreams] = await Promise.all([
    readRest(rest, lists, instruments),
    readStreams(streams, lists, instruments, untilMs),
  ]);
  const verdicts = [...fromRest, ...fromStreams].map(({ readings: _readings, ...verdict }) => verdict);
  if (out !== undefined) writeFileSync(out, JSON.stringify(verdicts));
  const { unexplained, idle } = compareExplained(
    verdicts.filter(({ verdict }) => verdict === 'differ'),
    readExplained(),
  );
  const faults = [
    ...unexplained.map(
      (one) =>
        `differs: ${one.exchange} ${one.client} ${one.method} ${one.contract} ${one.field}: client ${one.value}, product ${one.product}`,
    ),
    ...idle.map((one) => `explained in vain: ${one.exchange} ${one.client} ${one.method} ${one.field}`),
    ...silent(verdicts),
  ];
  say(tableOf(verdicts));
  for (const fault of [...new Set(faults)].slice(0, 60)) say(fault);
  const count = (verdict) => verdicts.filter((one) => one.verdict === verdict).length;
  say(`seed ${seed}, ${Math.round((Date.now() - startedAt) / 1_000)} s: ${count('agree')} values agree, ${count('unread')} are not read by the product, ${count('differ')} differ, ${unexplained.length} of them unexplained; ${idle.length} explained in vain`); // prettier-ignore
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  simulator.stop();
  for (const recorder of [rest, streams]) recorder.close();
}
// Clients keep timers and sockets of their own.
setTimeout(() => process.exit(), 500);

/** Loading the built extension in a fresh process, without an editor, beside a process that loads nothing. */
import { join } from 'node:path';
import { root } from '../scripts/bootstrap.mjs';
import { median, ratio, rounded, runFresh } from './measure.mjs';

const rounds = 9;

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const args = [join(root, 'test/host/stubEditor.cjs'), join(root, 'dist/extension.cjs')];
  /** @type {Record<'own' | 'whole' | 'empty', number[]>} */
  const samples = { own: [], whole: [], empty: [] };
  let connections = 0;
  let threads = 0;
  for (let round = 0; round < rounds; round++) {
    samples.empty.push((await runFresh([...args, 'empty'])).ms);
    const { stdout, ms } = await runFresh([...args, 'load']);
    const loaded = JSON.parse(stdout);
    samples.own.push(loaded.loadMs + loaded.activateMs);
    samples.whole.push(ms);
    connections += loaded.connections;
    threads += loaded.started;
  }
  const [own, whole, empty] = [median(samples.own), median(samples.whole), median(samples.empty)];
  return [
    {
      what: 'load and activate with a stand-in for the editor',
      value: rounded(own),
      unit: 'ms',
      limit: 60,
      beside: `whole process ${rounded(whole)} ms, empty process ${rounded(empty)} ms: ${ratio(whole, empty)}`,
      samples: samples.own.map((value) => rounded(value)),
    },
    {
      what: 'connections opened and threads started by loading and activating',
      value: connections + threads,
      unit: '',
      limit: 0,
      beside: `over ${rounds} starts`,
    },
  ];
}

/** Skips work whose inputs are the same as last time: a hash over the inputs' names and contents, kept beside the result. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, SetupError } from './bootstrap.mjs';

/**
 * @param {readonly string[]} inputs files and folders relative to `base`; what does not exist counts as absent
 * @param {string} [base]
 */
export function hashOf(inputs, base = root) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesUnder(input, base)) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(base, file)))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** @param {string} path @param {string} base @returns {string[]} */
function filesUnder(path, base) {
  const full = join(base, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`, base));
}

/**
 * Does the work unless its inputs and results are there and unchanged.
 * @param {{ stampFile: string, inputs: readonly string[], results: readonly string[], work: () => Promise<void>, base?: string }} job
 * @returns {Promise<boolean>} whether there was work to do
 */
export async function unlessUnchanged({ stampFile, inputs, results, work, base = root }) {
  const stamp = join(base, stampFile);
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  const complete = () => results.every((file) => existsSync(join(base, file)));
  // The results count as well: something else may have written them since, from other inputs.
  const inputsHash = hashOf(inputs, base);
  if (complete() && present === `${inputsHash} ${hashOf(results, base)}`) return false;
  await work();
  if (!complete()) throw new SetupError(`BUILD: ${results.join(', ')} should have been written`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${inputsHash} ${hashOf(results, base)}`);
  return true;
}

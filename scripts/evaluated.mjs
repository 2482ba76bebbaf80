/** Modules whose exports are plain data and come from much code: the build evaluates them and keeps the data alone. */
import { pathToFileURL } from 'node:url';

/**
 * @param {RegExp} filter paths of the modules
 * @returns {import('esbuild').Plugin}
 */
export function evaluated(filter) {
  return {
    name: 'evaluated',
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => {
        const exported = Object.entries(await import(pathToFileURL(path).href));
        const lines = exported.map(([name, value]) => `export const ${name} = ${plain(name, value)};`);
        return { contents: lines.join('\n'), loader: 'js' };
      });
    },
  };
}

/** @param {string} name @param {unknown} value */
function plain(name, value) {
  const text = JSON.stringify(value);
  // What JSON leaves out or changes, such as a function or a number that is none, would be missing without a word.
  if (!isSame(value, JSON.parse(text))) throw new Error(`${name} is not plain data`);
  return text;
}

/** @param {unknown} one @param {unknown} other @returns {boolean} */
function isSame(one, other) {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other);
  const [mine, others] = [Object.entries(one), Object.keys(other)];
  return (
    mine.length === others.length && mine.every(([name, value]) => isSame(value, Reflect.get(other, name)))
  );
}

/**
 * The Pythons of this machine. What `python3` names may be a small program that looks for the Python to start, anew each time and for
 * longer than Python itself takes (the shims of pyenv do); so it is asked once which one that is.
 */
import { spawnSync } from 'node:child_process';

const SYSTEM = '/usr/bin/python3';
/** @type {Map<string, string | undefined>} */
const answered = new Map();

/** Returns the program behind `python3`; undefined where there is none. @returns {string | undefined} */
export function python3() {
  return once('', () => {
    const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout.trim() : undefined;
  });
}

/**
 * Returns a Python that has these modules: that of the path, else the one of the system, whose packages are its own; undefined where none has.
 * @param {...string} modules @returns {string | undefined}
 */
export function pythonWith(...modules) {
  const program = modules.map((name) => `import ${name}`).join('\n');
  return once(program, () =>
    [python3(), SYSTEM].find((one) => one !== undefined && spawnSync(one, ['-c', program]).status === 0),
  );
}

/** @param {string} question @param {() => string | undefined} find */
function once(question, find) {
  if (!answered.has(question)) answered.set(question, find());
  return answered.get(question);
}

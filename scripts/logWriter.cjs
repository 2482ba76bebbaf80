/**
 * Stands in for `@vscode/spdlog` in the installed VS Code server, whose native log writer is compiled by an install script that is not
 * run: without it the editor writes no log file and every output channel with a log stays empty. It has the functions and levels of
 * `@vscode/spdlog` 0.15 that the editor uses, and writes each line at once.
 * docs: https://github.com/microsoft/node-spdlog
 */
const { appendFileSync, mkdirSync, renameSync, rmSync, statSync } = require('node:fs');
const { dirname, extname } = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const off = 6;
const usualPattern = '[%Y-%m-%d %H:%M:%S.%e] [%n] [%l] %v';
let commonLevel = 2;

class Logger {
  #file;
  #name;
  #maxBytes;
  #maxFiles;
  #bytes;
  #level;
  #pattern = usualPattern;

  constructor(_type, name, file, maxBytes, maxFiles) {
    this.#file = file;
    this.#name = name;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
    mkdirSync(dirname(file), { recursive: true });
    // The file is there from the start, as whoever follows it expects.
    appendFileSync(file, '');
    this.#bytes = statSync(file).size;
  }

  getLevel() {
    return this.#level ?? commonLevel;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern(pattern) {
    this.#pattern = pattern;
  }
  clearFormatters() {
    this.#pattern = undefined;
  }
  flush() {}
  drop() {}

  #write(level, message) {
    if (level < this.getLevel() || this.getLevel() === off) return;
    const text = String(message);
    const line = this.#pattern === undefined ? text : `${this.#fill(this.#pattern, level, text)}\n`;
    try {
      const size = Buffer.byteLength(line);
      if (this.#bytes + size > this.#maxBytes && this.#bytes > 0) this.#rotate();
      appendFileSync(this.#file, line);
      this.#bytes += size;
    } catch {
      // A full disk or a folder that is gone must not end the editor.
    }
  }

  #fill(pattern, level, text) {
    const now = new Date();
    const two = (number) => String(number).padStart(2, '0');
    const parts = {
      Y: String(now.getFullYear()),
      m: two(now.getMonth() + 1),
      d: two(now.getDate()),
      H: two(now.getHours()),
      M: two(now.getMinutes()),
      S: two(now.getSeconds()),
      e: String(now.getMilliseconds()).padStart(3, '0'),
      n: this.#name,
      l: names[level],
      v: text,
    };
    return pattern.replace(/%([YmdHMSenlv])/g, (_all, letter) => parts[letter]);
  }

  /** `x.log` becomes `x.1.log`, that one `x.2.log`; the last is deleted. */
  #rotate() {
    const extension = extname(this.#file);
    const stem = this.#file.slice(0, this.#file.length - extension.length);
    const at = (index) => (index === 0 ? this.#file : `${stem}.${index}${extension}`);
    rmSync(at(this.#maxFiles), { force: true });
    for (let index = this.#maxFiles - 1; index >= 0; index--) {
      try {
        renameSync(at(index), at(index + 1));
      } catch {
        // There are not as many yet.
      }
    }
    this.#bytes = 0;
  }

  static {
    for (const [level, name] of ['trace', 'debug', 'info', 'warn', 'error', 'critical'].entries())
      this.prototype[name] = function write(message) {
        this.#write(level, message);
      };
  }
}

exports.version = 0;
exports.Logger = Logger;
exports.setLevel = (level) => {
  commonLevel = level;
};
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = async (name, file, maxBytes, maxFiles) =>
  new Logger('rotating', name, file, maxBytes, maxFiles);
exports.createAsyncRotatingLogger = async (name, file, maxBytes, maxFiles) =>
  new Logger('rotating_async', name, file, maxBytes, maxFiles);

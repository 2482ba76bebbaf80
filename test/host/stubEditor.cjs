/**
 * Loads the built extension without an editor: a stand-in for `vscode` that accepts everything and draws nothing. For the cost of loading
 * it and for what it leaves behind: `node stubEditor.cjs EXTENSION MODE`, MODE one of
 *   empty   nothing is loaded: what Node itself costs
 *   load    the file is loaded and activated
 *   use N   N times: activate, refresh in the simulated market, deactivate
 *   idle N  N times: activate, deactivate
 * Writes one line of JSON and then ends only if nothing is left that keeps a process alive.
 */
const Module = require('node:module');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { setImmediate } = require('node:timers');

const [file = '', mode = 'load', times = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'perpscope-stub-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const settings = { 'perpscope.dataSource': 'simulated', 'perpscope.assets': ['BTC'] };
const commands = new Map();
const counts = { listeners: 0, connections: 0, started: 0, threads: 0 };
/** What the newest status item says. */
let statusItem = { text: '' };

class EventEmitter {
  #listeners = new Set();
  event = (listener) => {
    this.#listeners.add(listener);
    counts.listeners += 1;
    return disposable(() => {
      if (this.#listeners.delete(listener)) counts.listeners -= 1;
    });
  };
  fire(value) {
    for (const listener of [...this.#listeners]) listener(value);
  }
  dispose() {
    counts.listeners -= this.#listeners.size;
    this.#listeners.clear();
  }
}
class Disposable {
  constructor(end) {
    this.dispose = end;
  }
  static from(...items) {
    return disposable(() => items.forEach((item) => item.dispose()));
  }
}
const disposable = (end) => new Disposable(end);
const nothing = () => disposable(() => undefined);
const event = new EventEmitter().event;
const uri = (path) => ({ path, fsPath: path, toString: () => path });
class Plain {
  constructor(...parts) {
    this.parts = parts;
  }
}
const vscode = {
  EventEmitter,
  Disposable,
  MarkdownString: Plain,
  ThemeColor: Plain,
  ThemeIcon: Plain,
  TreeItem: Plain,
  StatusBarAlignment: { Left: 1, Right: 2 },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  ViewColumn: { Beside: -2, One: 1 },
  ConfigurationTarget: { Global: 1, Workspace: 2 },
  Uri: { joinPath: (base, ...parts) => uri(join(base.path, ...parts)), from: ({ path }) => uri(path) },
  env: { language: 'en' },
  languages: anything(),
  extensions: { getExtension: () => ({ packageJSON: manifest }) },
  lm: anything(),
  commands: {
    registerCommand: (id, run) => {
      commands.set(id, run);
      return disposable(() => commands.delete(id));
    },
    executeCommand: async () => undefined,
  },
  window: lenient({
    tabGroups: { all: [] },
    createOutputChannel: () => anything(),
    createStatusBarItem: () => (statusItem = { text: '', show() {}, dispose() {} }),
    createTreeView: () => ({ onDidChangeVisibility: event, visible: false, dispose() {} }),
    registerWebviewPanelSerializer: nothing,
    showWarningMessage: async () => undefined,
    showErrorMessage: async (text) => {
      throw new Error(text);
    },
  }),
  workspace: lenient({
    getConfiguration: (section) => ({
      get: (key) => settings[`${section}.${key}`] ?? defaults[`${section}.${key}`],
      inspect: (key) => ({ globalValue: settings[`${section}.${key}`] }),
    }),
    onDidChangeConfiguration: event,
    onDidCloseTextDocument: event,
    registerTextDocumentContentProvider: nothing,
    isTrusted: true,
    workspaceFolders: [],
  }),
};

/** What is not named here takes everything: a new call of the extension need not be a new line in this file. */
function lenient(known) {
  return new Proxy(known, { get: (target, name) => target[name] ?? anything() });
}

/** Answers every call and every property with itself, and can be disposed of. */
function anything() {
  const self = new Proxy(() => self, {
    get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : self),
  });
  return self;
}

const manifest = require(join(resolve(file), '../../package.json'));
const defaults = Object.fromEntries(
  Object.entries(manifest.contributes.configuration.properties).map(([key, one]) => [key, one.default]),
);
const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'vscode' ? vscode : load.call(this, request, ...rest);
};
const { Socket } = require('node:net');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  counts.connections += 1;
  return connect.apply(this, args);
};

const threads = require('node:worker_threads');
threads.Worker = class extends threads.Worker {
  constructor(...args) {
    super(...args);
    counts.started += 1;
    counts.threads += 1;
    this.once('exit', () => (counts.threads -= 1));
  }
};

function context() {
  const memento = () => {
    const kept = new Map();
    return {
      get: (key) => kept.get(key),
      update: async (key, value) => void kept.set(key, value),
      keys: () => [],
    };
  };
  const secretStorage = () => {
    const kept = new Map();
    return {
      get: async (key) => kept.get(key),
      store: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    };
  };
  return {
    subscriptions: [],
    globalState: memento(),
    secrets: secretStorage(),
    workspaceState: memento(),
    extensionUri: uri(resolve(file, '../..')),
    globalStorageUri: uri(folder),
  };
}

async function round(extension, use) {
  const own = context();
  await extension.activate(own);
  if (use) await commands.get('perpscope.refresh')();
  const status = statusItem.text;
  await extension.deactivate();
  for (const one of own.subscriptions.reverse()) one.dispose();
  return status;
}

async function main() {
  if (mode === 'empty') return {};
  const builtins = process.moduleLoadList.length;
  const loadAt = performance.now();
  const extension = require(resolve(file));
  const activateAt = performance.now();
  if (mode === 'load') {
    extension.activate(context());
    const now = performance.now();
    process.stdout.write(
      `${JSON.stringify({ loadMs: activateAt - loadAt, activateMs: now - activateAt, builtins: process.moduleLoadList.length - builtins, ...counts })}\n`,
    );
    process.exit();
  }
  const left = [];
  for (let index = 0; index < Number(times); index++) {
    const status = await round(extension, mode === 'use');
    await new Promise((done) => setImmediate(done));
    globalThis.gc?.();
    left.push({
      resources: process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY)/.test(name)),
      listeners: counts.listeners,
      threads: counts.threads,
      status,
      commands: commands.size,
      heapMb: process.memoryUsage().heapUsed / 1e6,
    });
  }
  return { connections: counts.connections, started: counts.started, left };
}

main().then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);

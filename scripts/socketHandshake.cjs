/**
 * The opening handshake of a WebSocket over a dispatcher of undici. The build puts it in place of undici's fetch, which its WebSocket
 * uses for this one request and which is a tenth of the engine's file. What the answer must be is checked by undici, as before.
 */
'use strict';

const { webidl } = require('undici/lib/web/webidl/index.js');

/** Headers by name, whatever its case; several of one name are joined. */
class HeadersList {
  #values = new Map();

  append(name, value) {
    const key = name.toLowerCase();
    const before = this.#values.get(key);
    this.#values.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  get(name) {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  get entries() {
    return Object.fromEntries(this.#values);
  }
}

function listOf(headers) {
  const list = new HeadersList();
  for (const [name, value] of Object.entries(headers ?? {}))
    for (const one of [value].flat()) if (one !== undefined) list.append(name, String(one));
  return list;
}

// undici's headers would register how they are read from the options of a WebSocket; here they are a plain object.
webidl.converters.HeadersInit = (headers) => headers;

exports.Headers = class {
  constructor(headers) {
    this.list = listOf(headers);
  }
};
/** Addresses are whole here: there is no page that they could be relative to. */
exports.environmentSettingsObject = { settingsObject: { baseUrl: undefined } };
exports.getDecodeSplit = (name, list) =>
  list
    .get(name)
    ?.split(',')
    .map((one) => one.trim()) ?? null;
exports.getHeadersList = ({ list }) => list;
exports.makeRequest = ({ urlList: [url] }) => ({ url, headersList: new HeadersList() });

/** Sends the request and hands over the answer, once. Nothing is handed over after `abort`. */
exports.fetching = ({ request: { url, headersList }, dispatcher, processResponse }) => {
  let running;
  let isOver = false;
  const answer = (response) => {
    if (isOver) return;
    isOver = true;
    // Never before the caller has what this function returns.
    queueMicrotask(() => processResponse({ type: 'default', ...response }));
  };
  const fail = (error) => answer({ type: 'error', status: 0, error, headersList: new HeadersList() });
  const handler = {
    onRequestStart(controller) {
      running = controller;
      if (isOver) controller.abort(new Error('the connection was given up'));
    },
    onRequestUpgrade(_controller, status, headers, socket) {
      if (isOver) socket.destroy();
      else answer({ status, headersList: listOf(headers), socket });
      return true;
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) answer({ status, headersList: listOf(headers) });
    },
    onResponseData() {},
    onResponseEnd() {},
    onResponseError: (_controller, error) => fail(error),
  };
  const options = { path: `${url.pathname}${url.search}`, origin: url.origin, method: 'GET', headers: headersList.entries, upgrade: 'websocket' }; // prettier-ignore
  try {
    dispatcher.dispatch(options, handler);
  } catch (error) {
    fail(error);
  }
  return {
    dispatcher,
    abort() {
      isOver = true;
      running?.abort(new Error('the connection was given up'));
    },
  };
};

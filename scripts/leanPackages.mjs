/** What the build leaves out of the packages that it bundles: parts that no code of Perpscope can reach. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { root } from './bootstrap.mjs';

/**
 * undici's index also loads what Perpscope has no use for: caches, mocks, recorders, event sources. Only what is
 * imported comes along; an import that is not in this list fails the build. What the index does besides exporting is
 * done here as well: a proxy's tunnel is opened by the `connect` that it puts on every dispatcher.
 */
const UNDICI = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import connect from 'undici/lib/api/api-connect.js';
import request from 'undici/lib/api/api-request.js';
import upgrade from 'undici/lib/api/api-upgrade.js';
Object.assign(Dispatcher.prototype, { connect, request, upgrade });
export { Dispatcher };
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export { WebSocket, ping } from 'undici/lib/web/websocket/websocket.js';
`;
/**
 * undici would make an agent of its own the one of the whole process, and so of `fetch` in every other extension. Here
 * each request names its dispatcher.
 */
const NO_GLOBAL_DISPATCHER = 'export const getGlobalDispatcher = () => undefined;';
/**
 * What undici loads and no request here can reach: HTTP/2, which no agent allows, SOCKS proxies, which are refused before
 * undici sees them, and bodies that are forms: those of Perpscope are texts. In their place stands what would say so.
 */
const UNREACHED = /\/(client-h2|socks5-proxy-agent|fetch\/body|fetch\/formdata)\.js$/;
const unreached = (path) =>
  `module.exports = function () { throw new Error(${JSON.stringify(`${path} is not part of Perpscope`)}); };`;
/** The parser of HTTP, compressed, in a file beside the engine's: as text in it it would be three times as long. */
export const PARSER_FILE = 'httpParser.br';
/** It is unpacked in a millisecond when it is loaded. */
function packedParser(file, outfile) {
  const code = createRequire(import.meta.url)(file);
  writeFileSync(join(root, dirname(outfile), PARSER_FILE), brotliCompressSync(code));
  return `module.exports = require('node:zlib').brotliDecompressSync(require('node:fs').readFileSync(require('node:path').join(__dirname, ${JSON.stringify(PARSER_FILE)})));`;
}
/** Of the parser's constants what undici reads. */
function parserConstants(file) {
  const { ERROR, TYPE } = createRequire(import.meta.url)(file);
  return `module.exports = ${JSON.stringify({ ERROR, TYPE })};`;
}
/** Of its diagnostics the channels. What it would write to standard error itself, under NODE_DEBUG, names whole addresses. */
function channelsAlone(file) {
  const { channels } = createRequire(import.meta.url)(file);
  const names = Object.entries(channels).map(([key, { name }]) => `${key}: channel(${JSON.stringify(name)})`);
  return `const { channel } = require('node:diagnostics_channel'); module.exports = { channels: { ${names.join(', ')} } };`;
}
/** Errors of what is left out above: retries, redirects, pools and interceptors of undici's own. */
const NEVER_THROWN = [
  ...['BalancedPoolMissingUpstreamError', 'RequestRetryError', 'ResponseError'],
  ...['MaxRedirectsError', 'Socks5ProxyError'],
];
/** Of its errors those that something here can throw. */
function thrownErrors(file) {
  return NEVER_THROWN.reduce(
    (code, name) => {
      const left = code
        .replace(new RegExp(`^class ${name} extends [^]*?^}$`, 'm'), '')
        .replace(new RegExp(`^const k${name} = .*$`, 'm'), '')
        .replace(new RegExp(`^  ${name},?$`, 'm'), '');
      if (left.includes(`${name} `) || left.includes(`  ${name}`))
        throw new Error(`${name} is not where it was in undici`);
      return left;
    },
    readFileSync(file, 'utf8'),
  );
}
/** @type {import('esbuild').Plugin} */
export const leanUndici = {
  name: 'lean-undici',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: 'index', namespace: 'lean-undici' }));
    // The parser for processors with WebAssembly SIMD is the same one once more; the other runs on every processor.
    build.onResolve({ filter: /\/llhttp_simd-wasm\.js$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, '../llhttp/llhttp-wasm.js'),
    }));
    build.onResolve({ filter: /^\.\.\/\.\.\/global$/ }, ({ importer }) =>
      /[\\/]undici[\\/]lib[\\/]/.test(importer) ? { path: 'global', namespace: 'lean-undici' } : undefined,
    );
    build.onResolve({ filter: /^\.\.\/fetch\/(index|request|headers|util)$/ }, ({ importer }) =>
      /[\\/]websocket[\\/](connection|websocket)\.js$/.test(importer)
        ? { path: join(root, 'scripts', 'socketHandshake.cjs') }
        : undefined,
    );
    build.onResolve({ filter: /(^|\/)(webidl(\/index\.js)?|fetch\/data-url)$/ }, ({ importer }) =>
      /[\\/]undici[\\/]lib[\\/]|[\\/]socketHandshake\.cjs$/.test(importer)
        ? { path: join(root, 'scripts', 'socketTypes.cjs') }
        : undefined,
    );
    build.onLoad({ filter: /[\\/]undici[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const file = path.replaceAll('\\', '/');
      if (UNREACHED.test(file)) return { contents: unreached(basename(file)), loader: 'js' };
      if (file.endsWith('/llhttp/llhttp-wasm.js'))
        return { contents: packedParser(path, build.initialOptions.outfile), loader: 'js' };
      if (file.endsWith('/llhttp/constants.js')) return { contents: parserConstants(path), loader: 'js' };
      if (file.endsWith('/core/errors.js')) return { contents: thrownErrors(path), loader: 'js' };
      if (file.endsWith('/core/diagnostics.js')) return { contents: channelsAlone(path), loader: 'js' };
      return undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'lean-undici' }, ({ path }) => ({
      resolveDir: root,
      contents: path === 'index' ? UNDICI : NO_GLOBAL_DISPATCHER,
    }));
  },
};

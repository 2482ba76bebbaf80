/** Makes every connection that would leave this machine fail at once, for the layers that must not need a network. */
import { isIP, Socket } from 'node:net';

/** @param {string | undefined} host */
export function isLoopback(host) {
  if (host === undefined || host === '' || host === 'localhost' || host.endsWith('.localhost')) return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.startsWith('::ffff:127.');
}

/** @returns {() => void} puts the network back */
export function refuseNetwork() {
  const usualConnect = Socket.prototype.connect;
  // net, tls, http, undici and the global fetch all come through here.
  Socket.prototype.connect = /** @type {typeof usualConnect} */ (
    function connect(/** @type {any[]} */ ...args) {
      const host = hostOf(args);
      if (isLoopback(host)) return Reflect.apply(usualConnect, this, args);
      process.nextTick(() => {
        const error = new Error(`this layer runs without a network, a test tried to reach ${host}`);
        this.destroy(Object.assign(error, { code: 'ENETUNREACH' }));
      });
      return this;
    }
  );
  return () => {
    Socket.prototype.connect = usualConnect;
  };
}

/**
 * connect(options), connect(port, host) and connect(path); net.connect() passes its own normalised array.
 * @param {readonly any[]} args
 * @returns {string | undefined}
 */
function hostOf(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) return first.path === undefined ? first.host : undefined;
  const second = Array.isArray(args[0]) ? args[0][1] : args[1];
  return typeof first === 'number' && typeof second === 'string' ? second : undefined;
}

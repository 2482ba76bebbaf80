import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a simulated exchange listens: at a port of this machine, or at a pipe (a Unix socket, a named pipe on Windows). */
export type Place = { readonly port: number; readonly host: string } | { readonly path: string };

/** Places for the simulated exchanges, in their order. */
export interface Places {
  of(index: number): Place;
  /** Removes what pipes leave behind, once nobody listens any more. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** The shortest limit of all systems is that of macOS, 104 bytes with the end of the text. */
const MAX_PATH_BYTES = 103;
/** Room for the folder's own name and a file in it. */
const NAME_BYTES = 24;

/** Ports from the given one on, or any free ones for 0. */
export function portPlaces(port: number): Places {
  return {
    of: (index) => ({ port: port === 0 ? 0 : port + index, host: LOOPBACK }),
    close: () => Promise.resolve(),
  };
}

/** Pipes in a folder that only this user can open: nothing listens at a port, so nothing is found and forwarded. */
export async function pipePlaces(): Promise<Places> {
  if (process.platform === 'win32') {
    const name = `\\\\.\\pipe\\perpscope-${randomBytes(12).toString('hex')}`;
    return { of: (index) => ({ path: `${name}-${index}` }), close: () => Promise.resolve() };
  }
  const usual = tmpdir();
  const base = Buffer.byteLength(usual) + NAME_BYTES > MAX_PATH_BYTES ? '/tmp' : usual;
  const folder = await mkdtemp(join(base, 'perpscope-'));
  return {
    of: (index) => ({ path: join(folder, String(index)) }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Starts listening. Returns the place, with the port that a free one became. Rejects where it is taken or not to be had. */
export function listenAt(server: Server, place: Place): Promise<Place> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      resolve('path' in place ? place : { ...place, port: (server.address() as AddressInfo).port });
    });
  });
}

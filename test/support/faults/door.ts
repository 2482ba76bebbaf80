import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { listenAt, type Place } from '../../../src/sources/simulator/place.ts';

/** Listens with the shortest queue there is and then accepts nobody, for its thread stands still. */
const DEAF_LISTENER = `
const { parentPort, workerData } = require('node:worker_threads');
require('node:net').createServer().listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage('listening');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
/** More than fit into the queue of a listener whose backlog is 1. */
const FILLERS = 4;

/** The place of a server, at which connections are accepted or, while it is blocked, are never completed (at a pipe: refused). */
export class Door {
  readonly #server: Server;
  readonly #place: Place;
  readonly #inside = new Set<Socket>();
  #isBlocked = false;
  #isClosed = false;
  #changing: Promise<void> = Promise.resolve();
  #release: (() => Promise<void>) | undefined;

  constructor(server: Server, place: Place) {
    this.#server = server;
    this.#place = place;
    server.on('connection', (socket: Socket) => {
      this.#inside.add(socket);
      socket.on('close', () => this.#inside.delete(socket));
    });
  }

  /** Blocks or opens it; `settled` tells when that has happened. */
  block(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked || this.#isClosed) return;
    this.#isBlocked = isBlocked;
    this.#changing = this.#changing.then(() => (isBlocked ? this.#hold() : this.#open()));
  }

  settled(): Promise<void> {
    return this.#changing;
  }

  /** Ends what blocks it, for good. */
  async release(): Promise<void> {
    this.#isClosed = true;
    await this.#changing;
    await this.#release?.();
  }

  async #hold(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#inside) socket.destroy();
    await closed;
    const place = this.#place;
    // A pipe has no queue that keeps somebody waiting.
    if ('path' in place) {
      this.#release = () => Promise.resolve();
      return;
    }
    const worker = new Worker(DEAF_LISTENER, { eval: true, workerData: place });
    await once(worker, 'message');
    const fillers = Array.from({ length: FILLERS }, () => connect(place).on('error', () => undefined));
    await once(fillers[0] as Socket, 'connect');
    this.#release = async () => {
      for (const one of fillers) one.destroy();
      await worker.terminate();
    };
  }

  async #open(): Promise<void> {
    await this.#release?.();
    this.#release = undefined;
    await listenAt(this.#server, this.#place);
  }
}

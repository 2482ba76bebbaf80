import { setDefaultResultOrder } from 'node:dns';
import { parentPort, workerData } from 'node:worker_threads';
import { EngineService } from './engineService.ts';
import type { WorkerSetup } from './workerThread.ts';

/*
 * The engine's thread: its own event loop, so that nothing it computes holds up the editor's extensions. ADR 0030.
 */

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
const { dnsOrder } = workerData as WorkerSetup;
// The editor chooses by a flag of its process, which threads do not get.
setDefaultResultOrder(dnsOrder);

const service = new EngineService({
  post: (message, transfer) => port.postMessage(message, transfer),
  onStopped: () => port.close(),
});
port.on('message', (message: unknown) => service.receive(message));
// As in the editor's own thread: what nobody waited for is logged, and ends nothing. What is thrown past everything ends
// the thread, which the editor's side names and starts again.
process.on('unhandledRejection', (reason) => service.unhandled(reason));
process.on('uncaughtException', (error) => {
  throw service.uncaught(error);
});

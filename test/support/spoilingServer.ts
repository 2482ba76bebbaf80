import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Returns what is answered in place of a body, or a promise of it; the same object where nothing is changed. */
export type Spoil = (path: string, body: unknown) => unknown;

export interface SpoilingServer {
  readonly url: string;
  /** Changes answers from now on. */
  spoil(by: Spoil | undefined): void;
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 that stands before a simulated exchange and changes what it answers. */
export async function startSpoilingServer(behind: string): Promise<SpoilingServer> {
  let change: Spoil = (_, body) => body;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/' } = request;
      const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      fetch(`${behind}${url}`, { method, headers, ...body })
        .then(async (answer) => {
          const mark = answer.headers.get('x-perpscope-simulated');
          response.writeHead(answer.status, mark === null ? {} : { 'x-perpscope-simulated': mark });
          response.end(JSON.stringify(await change(url.split('?')[0] ?? url, await answer.json())));
        })
        .catch(() => response.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil: (by) => void (change = by ?? ((_, body) => body)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

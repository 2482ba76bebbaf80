import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { recordedPayloads } from './recorded.ts';

export interface RecordedServer {
  readonly url: string;
  /** Path and query of each request, with the file that answered it. */
  readonly served: { readonly path: string; readonly file: string | undefined }[];
  close(): Promise<void>;
}

/** The fields of a POST's JSON body, which envelopes hold as their query. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  return request.method === 'POST' ? (JSON.parse(await text(request)) as Record<string, unknown>) : {};
}

/** Serves an exchange's recorded answers by path; of several, the one whose query agrees best. Others get 404. */
export async function startRecordedServer(exchange: string): Promise<RecordedServer> {
  const payloads = recordedPayloads(exchange).filter(({ envelope }) => envelope.transport === 'rest');
  const served: { path: string; file: string | undefined }[] = [];
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const fields = await bodyOf(request);
    for (const [key, value] of Object.entries(fields)) url.searchParams.set(key, String(value));
    const ranked = payloads
      .filter(({ envelope }) => envelope.path === url.pathname)
      .map((one) => {
        const query = Object.entries(one.envelope.query);
        const same = query.filter(([key, value]) => url.searchParams.get(key) === String(value)).length;
        const symbols = query.filter(([key]) => /symbol|instId|contract|^coin$|^type$/i.test(key));
        const isOther = symbols.some(
          ([key, value]) => url.searchParams.has(key) && url.searchParams.get(key) !== String(value),
        );
        return { ...one, score: isOther ? -1 : same };
      })
      .sort((a, b) => b.score - a.score);
    const best = ranked.find(({ score }) => score >= 0);
    served.push({ path: url.pathname, file: best?.file });
    response.writeHead(best === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(best?.envelope.response ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

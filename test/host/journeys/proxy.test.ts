import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from '../../../scripts/workbench.mjs';
import { systemClock } from '../../../src/core/clock.ts';
import { startSimulator, type Simulator } from '../../../src/sources/simulator/server.ts';
import { selfSigned } from '../../support/certificate.ts';

const ASKING = 'asking.test'; // The proxy asks for another password on the way to it.
const BYPASSED = 'bypassed.test';
const BEHIND = 'behind.test';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listen = async (server: Server): Promise<Server> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const pipe = (from: Socket, port: number): void => {
  const to = connect(port, '127.0.0.1');
  from.on('error', () => to.destroy()).on('close', () => to.destroy());
  to.on('error', () => from.destroy()).on('close', () => from.destroy());
  from.pipe(to).pipe(from);
};

describe('the packaged extension behind a proxy', () => {
  let folder: string;
  let authority: string;
  let simulator: Simulator;
  let exchange: Server;
  let proxy: Server;
  let tunnels: string[];
  let workbench: Workbench | undefined;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-proxy-'));
    simulator = await startSimulator({ seed: 3, scenario: 'calm', clock: systemClock });
    const { key, cert } = selfSigned(BEHIND, ASKING);
    authority = join(folder, 'authority.pem');
    writeFileSync(authority, cert);
    const simulatedPort = new URL(simulator.endpoints['okx']?.rest ?? '').port;
    exchange = await listen(createTlsServer({ key, cert }, (socket) => pipe(socket, Number(simulatedPort))));
    const http = createServer((_request, response) => response.writeHead(502).end());
    http.on('connect', (request: IncomingMessage, socket: Socket) => {
      const target = request.url ?? '';
      tunnels.push(target);
      socket.on('error', () => undefined);
      const status = { [`${BEHIND}:443`]: 200, [`${ASKING}:443`]: 407 }[target] ?? 502;
      socket.write(`HTTP/1.1 ${status} -\r\n${status === 200 ? '' : 'content-length: 0\r\n'}\r\n`);
      if (status === 200) pipe(socket, portOf(exchange));
      else socket.end();
    });
    proxy = await listen(http);
  });
  beforeEach(() => {
    tunnels = [];
  });
  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
  });
  after(async () => {
    for (const server of [proxy, exchange]) server.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the workbench with OKX behind the proxy, reads the market and returns the report about it. */
  async function health(options: Parameters<typeof openWorkbench>[0], isDone: RegExp): Promise<string> {
    const at = (host: string) => ({ rest: `https://${host}`, ws: `wss://${host}` });
    workbench = await openWorkbench({
      ...options,
      settings: {
        'perpscope.dataSource': 'live',
        'perpscope.assets': ['BTC'],
        'perpscope.exchanges': ['okx', 'bybit', 'deribit'],
        'perpscope.endpoints': { okx: at(BEHIND), bybit: at(BYPASSED), deribit: at(ASKING) },
        ...options?.settings,
      },
    });
    const { page } = workbench;
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await workbench.runCommand('Perpscope: Focus on Health View');
    await page.getByRole('treeitem', { name: isDone }).first().waitFor();
    await workbench.runCommand('Perpscope: Show Exchange Health');
    const report = await workbench.waitForText(/3 of 9 exchanges were asked/);
    return report.locator('body').innerText();
  }
  /** What the report says of one exchange. */
  const section = (report: string, name: string): string =>
    report.split(/\n(?=(?:OKX|Bybit|Deribit)\n)/).find((part) => part.startsWith(name)) ??
    assert.fail(report);

  it('reads and follows an exchange through the tunnel, names a 407, keeps to the bypass list, and says so', async () => {
    const host = `127.0.0.1:${portOf(proxy)}`;
    const report = await health(
      {
        // As a company would install its own authority, with the system.
        env: { SSL_CERT_FILE: authority },
        settings: { 'http.proxy': `http://user:hunter2@${host}`, 'http.noProxy': [BYPASSED] },
      },
      /^OKX, SIMULATED fresh · [1-9]\d*\/\d+ streams live/,
    );
    assert.match(section(report, 'OKX'), new RegExp(`Way\\s+by way of proxy ${host}`));
    assert.match(
      section(report, 'Deribit'),
      new RegExp(`the proxy ${host} refused the tunnel \\(HTTP 407\\)`),
    );
    assert.match(section(report, 'Bybit'), /Way\s+direct/);
    assert.match(section(report, 'Bybit'), /the host name is not known/);
    assert.deepEqual(
      tunnels.filter((target) => target.startsWith(BYPASSED)),
      [],
    );
    assert.doesNotMatch(report, /hunter2/);
  }).timeout(150_000);

  it('says which way the calls take with a proxy in the settings of the remote machine', async () => {
    const host = `127.0.0.1:${portOf(proxy)}`;
    const report = await health(
      { machineSettings: { 'http.proxy': `http://${host}` } },
      /^Bybit, (failed|offline)/,
    );
    const isThrough = tunnels.some((target) => target.startsWith(BYPASSED));
    assert.match(
      section(report, 'Bybit'),
      isThrough ? new RegExp(`Way\\s+by way of proxy ${host}`) : /Way\s+direct/,
    );
  }).timeout(150_000);
});

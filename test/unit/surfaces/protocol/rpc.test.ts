import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError, isPerpscopeError } from '../../../../src/core/errors.ts';
import type { Envelope, HostSide, PanelSide } from '../../../../src/surfaces/protocol/messages.ts';
import type { PanelSnapshot } from '../../../../src/surfaces/protocol/payloads.ts';
import { panelGuards } from '../../../../src/surfaces/protocol/guards.ts';
import { createRpcPeer } from '../../../../src/surfaces/protocol/rpc.ts';
import type { RpcHandlers, RpcListeners, RpcTimer } from '../../../../src/surfaces/protocol/rpc.ts';

const SNAPSHOT: PanelSnapshot = { version: 1, asset: 'BTC', source: 'live', isLoading: false, charts: [] };

const SILENT: RpcListeners<HostSide> = {
  snapshot: () => undefined,
  newest: () => undefined,
  range: () => undefined,
};

function manualTimer(): { timer: RpcTimer; fire(): void; pending(): number } {
  const waiting = new Set<() => void>();
  return {
    timer: (callback) => {
      waiting.add(callback);
      return () => void waiting.delete(callback);
    },
    fire: () => {
      for (const callback of [...waiting]) callback();
    },
    pending: () => waiting.size,
  };
}

/** A panel and a host joined by structured clones, as in the editor. */
function joined(handlers: Partial<RpcHandlers<PanelSide>> = {}) {
  const sent: { panel: Envelope[]; host: Envelope[] } = { panel: [], host: [] };
  const heard: unknown[] = [];
  const problems: string[] = [];
  const clock = manualTimer();
  const panel = createRpcPeer<PanelSide, HostSide>({
    post: (message) => {
      sent.panel.push(message);
      queueMicrotask(() => host.receive(structuredClone(message)));
    },
    handlers: {},
    listeners: {
      ...SILENT,
      snapshot: (snapshot) => heard.push(snapshot),
      newest: (newest) => heard.push(newest),
    },
    timer: clock.timer,
  });
  const host = createRpcPeer<HostSide, PanelSide>({
    post: (message) => {
      const copy = structuredClone(message);
      sent.host.push(copy);
      queueMicrotask(() => panel.receive(copy));
    },
    handlers: {
      ready: () => SNAPSHOT,
      refresh: () => SNAPSHOT,
      card: ({ card, asset, stepMs }) => ({ card, asset, stepMs, source: 'live', lines: [], notes: [] }),
      heatmap: ({ card, asset, stepMs, fromMs: firstMs }) => ({
        ...{ card, asset, stepMs, firstMs, source: 'live', columns: 0, rows: [], notes: [] },
        values: new Float64Array(),
      }),
      copyTable: ({ rows }) => ({ rows: rows.length }),
      events: () => ({ events: [], faults: [] }),
      link: (window) => window,
      saveTable: () => ({}),
      savePicture: () => ({}),
      ...handlers,
    },
    listeners: {
      error: ({ message }) => heard.push(message),
      range: (window) => heard.push(window),
      unlink: () => heard.push('unlink'),
      follow: ({ isOn }) => heard.push(isOn),
    },
    guards: panelGuards,
    onProblem: (problem) => problems.push(problem),
  });
  return { panel, host, sent, heard, problems, clock };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the RPC peer', () => {
  it('answers a request and keeps typed arrays', async () => {
    const atMs = Float64Array.of(1, 2);
    const values = Float64Array.of(NaN, 5);
    const { panel, clock } = joined({
      ready: () => ({
        ...SNAPSHOT,
        charts: [
          {
            kind: 'open-interest',
            asset: 'BTC',
            source: 'live',
            asOfMs: 2,
            coverage: { fresh: 1, of: 1 },
            notes: [],
            lines: [{ id: 'okx', label: 'OKX', sides: 'one', base: { atMs, values }, usd: { atMs, values } }],
          },
        ],
      }),
    });
    const answer = await panel.call('ready', { chart: 'all', hours: 168 });
    const [chart] = answer.charts;
    assert.ok(chart && 'lines' in chart);
    assert.ok(chart.lines[0]?.base.values instanceof Float64Array);
    assert.deepEqual(chart.lines[0].base.values, values);
    assert.equal(clock.pending(), 0);
  });

  it('turns what a handler throws into a failure with a code and one line', async () => {
    const { panel, sent } = joined({
      refresh: () => Promise.reject(new PerpscopeError('network', 'no route\n    at secret (file.ts:1)')),
    });
    await assert.rejects(panel.call('refresh', {}), (error) => isPerpscopeError(error, 'network'));
    assert.deepEqual(sent.host, [{ type: 'failure', id: 1, code: 'network', message: 'no route' }]);
  });

  it('refuses unknown methods and parameters that do not fit, each with one answer', async () => {
    const { panel, host, sent } = joined();
    const raw = panel as unknown as { call(method: string, params: unknown): Promise<unknown> };
    await assert.rejects(raw.call('erase', {}), /unknown request erase/);
    await assert.rejects(raw.call('toString', {}), /unknown request toString/);
    await assert.rejects(raw.call('ready', { chart: 'everything' }), /ready: chart not accepted/);
    await assert.rejects(raw.call('refresh', { more: 1 }), /refresh/);
    host.receive({ type: 'request', id: 77, method: 5 });
    assert.equal(sent.host.length, 5);
    assert.deepEqual(
      sent.host.map((message) => 'id' in message && message.id),
      [1, 2, 3, 4, 77],
    );
  });

  it('ignores messages of unknown shape', () => {
    const { host, sent, problems } = joined();
    for (const raw of [undefined, null, 5, 'x', [], {}, { type: 'boo' }, { type: 'reply', id: 'a' }])
      host.receive(raw);
    assert.equal(sent.host.length, 0);
    assert.equal(problems.length, 8);
  });

  it('gives up after the timeout, cancels the work and ignores the late answer', async () => {
    let finish: (snapshot: PanelSnapshot) => void = () => undefined;
    let wasAborted = false;
    const { panel, clock, sent } = joined({
      refresh: (_params, signal) => {
        signal.addEventListener('abort', () => (wasAborted = true));
        return new Promise((resolve) => (finish = resolve));
      },
    });
    const waiting = panel.call('refresh', {});
    await turn();
    clock.fire();
    await assert.rejects(
      waiting,
      (error) => isPerpscopeError(error, 'timeout') && /10 s/.test(error.message),
    );
    await turn();
    assert.ok(wasAborted);
    finish(SNAPSHOT);
    await turn();
    assert.deepEqual(
      sent.panel.map(({ type }) => type),
      ['request', 'cancel'],
    );
    assert.equal(sent.host.length, 1);
  });

  it('sends cancel when the signal aborts, and leaves no listener or timer', async () => {
    const controller = new AbortController();
    const { panel, clock, sent } = joined({ refresh: () => new Promise(() => undefined) });
    const waiting = panel.call('refresh', {}, { signal: controller.signal });
    controller.abort();
    await assert.rejects(waiting, (error) => isPerpscopeError(error, 'aborted'));
    assert.deepEqual(sent.panel.at(-1), { type: 'cancel', id: 1 });
    assert.equal(clock.pending(), 0);
    await assert.rejects(panel.call('refresh', {}, { signal: controller.signal }), /cancelled/);
    assert.equal(sent.panel.length, 2);
  });

  it('rejects what is pending on dispose, stops the work and accepts nothing more', async () => {
    let signal: AbortSignal | undefined;
    const { panel, host, clock } = joined({
      refresh: (_params, given) => {
        signal = given;
        return new Promise(() => undefined);
      },
    });
    const waiting = panel.call('refresh', {});
    await turn();
    panel.dispose();
    host.dispose();
    await assert.rejects(waiting, (error) => isPerpscopeError(error, 'aborted'));
    assert.equal(signal?.aborted, true);
    assert.equal(clock.pending(), 0);
    await assert.rejects(panel.call('refresh', {}), /closed/);
    panel.dispose();
  });

  it('numbers requests upwards from the first id and never runs one id twice at a time', async () => {
    let runs = 0;
    const { host, sent, problems } = joined({
      refresh: () => {
        runs++;
        return turn().then(() => SNAPSHOT);
      },
    });
    const request = { type: 'request', id: 9, method: 'refresh', params: {} };
    host.receive(request);
    host.receive(request);
    await turn();
    await turn();
    assert.equal(runs, 1);
    assert.equal(sent.host.length, 1);
    assert.match(problems[0] ?? '', /already in use/);

    const posted: Envelope[] = [];
    const panel = createRpcPeer<PanelSide, HostSide>({
      post: (message) => posted.push(message),
      handlers: {},
      listeners: SILENT,
      timer: () => () => undefined,
      firstId: 500,
    });
    void panel.call('refresh', {});
    void panel.call('refresh', {});
    assert.deepEqual(
      posted.map((message) => 'id' in message && message.id),
      [500, 501],
    );
  });

  it('serves so many requests at once and refuses the rest by name, without running a handler for them', async () => {
    let runs = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { host, sent } = joined({
      refresh: async () => {
        runs += 1;
        await held;
        return SNAPSHOT;
      },
    });
    for (let id = 1; id <= 100_000; id++)
      host.receive({ type: 'request', id, method: 'refresh', params: {} });
    await turn();
    assert.equal(runs, 32);
    const refused = sent.host.filter(({ type }) => type === 'failure');
    assert.equal(refused.length, 100_000 - 32);
    assert.deepEqual(refused[0], {
      ...{ type: 'failure', id: 33, code: 'protocol', message: 'more than 32 requests at once' },
    });
    release();
    await turn();
    host.receive({ type: 'request', id: 200_000, method: 'refresh', params: {} });
    await turn();
    assert.equal(runs, 33, 'later requests are served again');
  });

  it('fails at once where the channel is closed, and answers what cannot be cloned with a failure', async () => {
    const broken = createRpcPeer<PanelSide, HostSide>({
      post: () => {
        throw new Error('Webview is disposed');
      },
      handlers: {},
      listeners: SILENT,
    });
    await assert.rejects(broken.call('refresh', {}), (error) => isPerpscopeError(error, 'protocol'));
    assert.equal(broken.emit('error', { message: 'nobody hears this' }), false);

    const { panel } = joined({ refresh: () => ({ ...SNAPSHOT, asset: (() => 1) as unknown as string }) });
    await assert.rejects(panel.call('refresh', {}), /could not be sent/);
  });

  it('carries events both ways and outlives a listener that throws', async () => {
    const { panel, host, heard, problems } = joined();
    assert.equal(host.emit('snapshot', SNAPSHOT), true);
    panel.emit('error', { message: 'chart broke' });
    (panel as unknown as { emit(method: string, params: unknown): void }).emit('error', { message: 5 });
    (panel as unknown as { emit(method: string, params: unknown): void }).emit('other', {});
    await turn();
    assert.ok(heard.includes('chart broke'));
    assert.equal(heard.length, 2);
    assert.equal(problems.length, 2);

    const thrown: string[] = [];
    const fragile = createRpcPeer<PanelSide, HostSide>({
      post: () => undefined,
      handlers: {},
      listeners: {
        ...SILENT,
        snapshot: () => {
          throw new Error('cannot draw');
        },
      },
      onProblem: (problem) => thrown.push(problem),
    });
    fragile.receive({ type: 'event', method: 'snapshot', params: SNAPSHOT });
    assert.deepEqual(thrown, ['snapshot: cannot draw']);
  });

  it('waits as long as the call says, else the peer, else ten seconds', () => {
    const waited: number[] = [];
    const peer = (timeoutMs?: number) =>
      createRpcPeer<PanelSide, HostSide>({
        ...{ post: () => undefined, handlers: {}, listeners: SILENT },
        timer: (_callback, ms) => (waited.push(ms), () => undefined),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    void peer(7_000).call('refresh', {}, { timeoutMs: 3_000 });
    void peer(7_000).call('refresh', {});
    void peer().call('refresh', {});
    assert.deepEqual(waited, [3_000, 7_000, 10_000]);
  });

  it('without guards takes what looks like a message and refuses the rest, answering where there is an id', () => {
    const posted: Envelope[] = [];
    const problems: string[] = [];
    const peer = createRpcPeer<PanelSide, HostSide>({
      post: (message) => posted.push(message),
      handlers: {},
      listeners: SILENT,
      onProblem: (problem) => problems.push(problem),
    });
    for (const raw of [null, 5, undefined, { type: 5 }, { id: 4 }]) peer.receive(raw);
    assert.deepEqual([posted, problems.length], [[], 5]);
    peer.receive({ type: 'event', method: 'm'.repeat(70), params: {} });
    assert.equal(problems.at(-1), `unknown event ${'m'.repeat(60)}`);
  });

  it('names what it refuses in one line of bounded length', async () => {
    const text = 'x'.repeat(400);
    const { panel, host, sent } = joined({ refresh: () => Promise.reject(new Error(text)) });
    await assert.rejects(panel.call('refresh', {}), ({ message }: Error) => message === 'x'.repeat(300));
    const raw = panel as unknown as { call(method: string, params: unknown): Promise<unknown> };
    await assert.rejects(raw.call('m'.repeat(60), {}), ({ message }: Error) => message === `unknown request ${'m'.repeat(60)}`);
    const empty = joined({ refresh: () => Promise.reject(new Error('')) });
    await assert.rejects(empty.panel.call('refresh', {}), /the request failed/);
    const before = sent.host.length;
    for (const message of [{ type: 'request', id: 1.5 }, { type: 'other', id: 3 }, { type: 'request' }]) host.receive(message);
    assert.equal(sent.host.length, before);
  }); // prettier-ignore
});

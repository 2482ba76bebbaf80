import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { panelGuards, parsePanelViewState } from '../../../../src/surfaces/protocol/guards.ts';
import { panelHtml } from '../../../../src/surfaces/protocol/panelHtml.ts';

describe('the host’s guards', () => {
  it('accept each kind of message and nothing else', () => {
    const good = [
      { type: 'request', id: 1, method: 'ready', params: { chart: 'all', hours: 168 } },
      { type: 'cancel', id: 1 },
      { type: 'reply', id: 1, result: 5 },
      { type: 'failure', id: 1, code: 'timeout', message: 'late' },
      { type: 'event', method: 'error', params: {} },
    ];
    for (const message of good) assert.deepEqual(panelGuards.envelope(message), message);
    const bad = [
      { ...good[0], id: -1 },
      { ...good[0], id: 1.5 },
      { ...good[0], extra: true },
      { ...good[0], method: '' },
      { ...good[3], message: 'x'.repeat(5_000) },
      { type: 'other', id: 1 },
      'request',
      null,
    ];
    for (const message of bad) assert.equal(panelGuards.envelope(message), undefined);
  });

  it('hold every text to its length, to the last character', () => {
    const text = (length: number) => 'x'.repeat(length);
    const accepts = (message: object) => panelGuards.envelope(message) !== undefined;
    const failure = { type: 'failure', id: 0, code: 'c', message: 'm' };
    const event = { type: 'event', method: 'e', params: {} };
    for (const [base, field, most] of [
      [event, 'method', 60],
      [failure, 'code', 40],
      [failure, 'message', 2_000],
    ] as const)
      assert.deepEqual([most, most + 1].map((length) => accepts({ ...base, [field]: text(length) })), [true, false], field);
    const error = (length: number) => 'value' in panelGuards.params('event', 'error', { message: text(length) });
    assert.deepEqual([error(2_000), error(2_001)], [true, false]);
    const lines = (count: number, length = 1) =>
      parsePanelViewState({ asset: 'BTC', chart: 'all', hiddenLines: Array.from({ length: count }, () => text(length)) }) !== undefined;
    assert.deepEqual([lines(200), lines(201), lines(1, 60), lines(1, 61)], [true, false, true, false]);
  }); // prettier-ignore

  it('accept a card that there is, of a step that there is, over a time', () => {
    const good = { card: 'volume', asset: 'BTC', stepMs: 3_600_000, fromMs: 0, toMs: 7_200_000 };
    const problem = (change: object) => {
      const parsed = panelGuards.params('request', 'card', { ...good, ...change });
      return 'problem' in parsed ? parsed.problem : undefined;
    };
    assert.equal(problem({}), undefined);
    assert.match(problem({ card: 'pie' }) ?? '', /^card: card not accepted \(none of price, volume, /);
    assert.match(problem({ stepMs: 60_000 }) ?? '', /^card: stepMs not accepted \(not a step\)/);
    assert.match(problem({ fromMs: -1 }) ?? '', /^card: fromMs not accepted \(less than 0\)/);
    assert.match(problem({ toMs: 0 }) ?? '', /no time between its ends/);
    assert.match(problem({ asset: 'btc' }) ?? '', /not the name of an asset/);
    const of = (name: string, id: string) => panelGuards.params('request', name, { ...good, card: id });
    assert.ok('value' in of('heatmap', 'funding-assets'));
    for (const [name, id] of [
      ['heatmap', 'volume'],
      ['card', 'funding-assets'],
    ] as const)
      assert.ok('problem' in of(name, id), `${name} ${id}`);
  });

  it('say what is not accepted, where and why, and no more of a long name', () => {
    const problem = (name: string, value: unknown) => {
      const parsed = panelGuards.params('request', name, value);
      return 'problem' in parsed ? parsed.problem : undefined;
    };
    assert.match(
      problem('ready', { chart: 'pie' }) ?? '',
      /^ready: chart not accepted \(none of open-interest, funding-heatmap, /,
    );
    assert.match(problem('ready', 5) ?? '', /^ready: parameters not accepted \(not of the type object/);
    assert.match(problem('ready', { chart: 'pie', extra: 1 }) ?? '', /^ready: chart not accepted/);
    assert.equal(problem('y'.repeat(70), {}), `unknown message ${'y'.repeat(60)}`);
  });

  it('check parameters by the name of the message', () => {
    const query = { chart: 'funding-heatmap', hours: 168 };
    for (const good of [
      query,
      { ...query, asset: 'BTC' },
      { ...query, hours: 24 },
      { ...query, hours: 720 },
      { ...query, levelsOf: 'okx' },
    ])
      assert.deepEqual(panelGuards.params('request', 'ready', good), { value: good });
    for (const bad of [
      {},
      { chart: 'all' },
      { ...query, asset: '../etc' },
      { ...query, asset: 5 },
      ...[23, 721, 24.5, '168', null].map((hours) => ({ ...query, hours })),
      { ...query, more: 1 },
      ...['', 'x'.repeat(61), 5].map((levelsOf) => ({ ...query, levelsOf })),
      [query],
    ])
      assert.ok('problem' in panelGuards.params('request', 'ready', bad), JSON.stringify(bad));
    assert.ok('problem' in panelGuards.params('request', 'error', { message: 'x' }));
    assert.ok('problem' in panelGuards.params('request', '__proto__', {}));
    assert.ok('value' in panelGuards.params('event', 'error', { message: 'x' }));
  });

  it('read the kept state of a panel and refuse what is not one', () => {
    const state = { asset: 'BTC', chart: 'open-interest', hiddenLines: ['okx'] };
    assert.deepEqual(parsePanelViewState(state), state);
    assert.deepEqual(
      parsePanelViewState({ ...state, later: 1 }),
      state,
      'a later version may have kept more',
    );
    for (const [field, bad] of Object.entries({
      openInterestUnit: 'eur',
      heatmapScale: 1,
      levelsOf: 5,
      openTables: ['all'],
      scrollPx: -1,
      hiddenLines: 'okx',
    }))
      assert.equal(parsePanelViewState({ ...state, [field]: bad }), undefined, field);
    for (const raw of [undefined, {}, { asset: '../etc', chart: 'all' }, { asset: 'BTC', chart: 'pie' }])
      assert.equal(parsePanelViewState(raw), undefined);
  });
});

describe('the panel’s page', () => {
  const options = {
    cspSource: `'self' https://*.vscode-cdn.net`,
    nonce: 'q83vEjRWeJq83vEjRWeJ',
    scriptUri: 'https://host/webview.js?a=1&b=2',
    styleUri: 'https://host/webview.css',
    title: '<b>"BTC" & more</b>',
    language: 'en',
  };

  it('puts the policy first in the head and allows one script by nonce', () => {
    const html = panelHtml(options);
    assert.match(html, /<head>\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; /);
    assert.ok(html.includes(`script-src 'nonce-${options.nonce}';`));
    assert.ok(html.includes(`style-src ${options.cspSource};`));
    assert.ok(html.includes(`img-src ${options.cspSource} data:;`));
    assert.ok(html.includes(`font-src ${options.cspSource}"`));
    assert.doesNotMatch(html, /unsafe|<style|style=|onload|connect-src/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('escapes every text', () => {
    const html = panelHtml({ ...options, asset: '"><script>' });
    assert.ok(html.includes('<title>&lt;b&gt;&quot;BTC&quot; &amp; more&lt;/b&gt;</title>'));
    assert.ok(html.includes('data-asset="&quot;&gt;&lt;script&gt;"'));
    assert.ok(html.includes('webview.js?a=1&amp;b=2'));
    assert.ok(html.includes('data-chart="all"'));
  });

  it('shows one chart where it is told to, and lets no source end the policy', () => {
    assert.ok(panelHtml({ ...options, chart: 'funding-heatmap' }).includes('data-chart="funding-heatmap"'));
    const html = panelHtml({ ...options, cspSource: '"&<x' });
    assert.ok(html.includes('style-src &quot;&amp;&lt;x; '));
  });

  it('refuses a nonce or a source that would change the policy', () => {
    assert.throws(() => panelHtml({ ...options, nonce: "x' 'unsafe-inline" }), /nonce/);
    assert.throws(() => panelHtml({ ...options, nonce: 'short' }), /nonce/);
    assert.throws(() => panelHtml({ ...options, cspSource: "'self'; script-src *" }), /CSP/);
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { readSettings } from '../../src/surfaces/editor/settings.ts';
import { until } from '../support/until.ts';
import { markets, ports, reportText, requestsSeen, set, setting, settledRequests } from './probe.ts';
import { writeSetting } from '../../src/surfaces/editor/settingsWriter.ts';

const refresh = (): Thenable<unknown> => vscode.commands.executeCommand('perpscope.refresh');
const ALL_PROBLEMS: Readonly<Record<string, unknown>> = {
  refreshSeconds: 1,
  'simulator.seed': -5,
  'history.keepMonths': 0,
  'statusBar.asset': '../../etc',
};

describe('settings', () => {
  const changed = new Set<string>();
  const change = async (key: string, value: unknown): Promise<void> => {
    changed.add(key);
    await set(key, value);
  };
  afterEach(async () => {
    for (const key of changed) await set(key, undefined);
    changed.clear();
  });
  after(() => set('dataSource', undefined));

  it('have the defaults that the manifest states', () => {
    const settings = readSettings();
    assert.deepEqual(settings.problems, []);
    assert.deepEqual([...settings.assets], ['BTC', 'ETH']);
    assert.deepEqual([settings.refreshSeconds, settings.keepMonths.live, settings.simulatorSeed], [60, 6, 1]);
  });

  it('fall back where they are out of range, and name the problem', async () => {
    for (const [key, value] of Object.entries(ALL_PROBLEMS)) await change(key, value);
    const settings = readSettings();
    assert.deepEqual([settings.refreshSeconds, settings.keepMonths.live, settings.simulatorSeed], [60, 6, 1]);
    assert.equal(settings.statusBarAsset, 'BTC');
    const problems = settings.problems.join('\n');
    for (const [key, value] of Object.entries(ALL_PROBLEMS))
      assert.ok(problems.includes(`perpscope.${key} is ${JSON.stringify(value)}`), `${key}: ${problems}`);
    await refresh();
    assert.match(await reportText(), /9 of 9 exchanges/);
  });

  it('are written where their value stands, so that choosing is a change', async () => {
    const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('perpscope');
    const { Workspace } = vscode.ConfigurationTarget;
    await configuration().update('statusBar.asset', 'ETH', Workspace);
    try {
      await until('asset', () => setting('statusBar.asset'), (value) => value === 'ETH'); // prettier-ignore
      await writeSetting('statusBar.asset', 'SOL');
      assert.equal(setting('statusBar.asset'), 'SOL');
      const { workspaceValue, globalValue } = configuration().inspect('statusBar.asset') ?? {};
      assert.deepEqual([workspaceValue, globalValue], ['SOL', undefined]);
    } finally {
      await configuration().update('statusBar.asset', undefined, Workspace);
    }
    await writeSetting('statusBar.asset', 'ETH');
    assert.equal(configuration().inspect('statusBar.asset')?.globalValue, 'ETH');
    await change('statusBar.asset', undefined);
  });

  it('let nobody be asked where the chosen exchanges do not exist, and all again once they do', async () => {
    await change('exchanges', ['binanse']);
    await refresh();
    assert.match(await reportText(), /Perpscope asks nobody: .*binanse/);
    // What had left before may still be on its way.
    const asked = await settledRequests();
    await refresh();
    assert.equal(await settledRequests(), asked);
    await change('exchanges', ['binance', 'okx']);
    await refresh();
    assert.match(await reportText(), /2 of 2 exchanges/);
  });

  it('of a workspace cannot choose where the numbers come from', async () => {
    const configuration = vscode.workspace.getConfiguration('perpscope');
    for (const key of ['dataSource', 'endpoints', 'simulator.seed', 'context.csvFile'])
      await assert.rejects(
        async () => configuration.update(key, 'anything', vscode.ConfigurationTarget.Workspace),
        /can only be written|Unable to write/,
        key,
      );
  });

  it('start another market when the source changes, and end the one before', async () => {
    await until(
      'source',
      () => setting('dataSource'),
      (value) => value === 'live',
    );
    await refresh();
    const [idle, listening] = [markets(), ports()];
    await set('dataSource', 'simulated');
    await until('markets', markets, (count) => count > idle);
    assert.equal(ports(), listening, 'the simulated market opens no port');
    // Who was asked often in the tests before may have to wait: which exchanges count is not what this is about.
    await until('report', reportText, (text) => /SIMULATED[^]*[5-9] of 9 exchanges are counted/.test(text));
    const asked = await requestsSeen();
    await set('dataSource', 'live');
    await until('markets', markets, (count) => count === idle);
    await until('requests', requestsSeen, (count) => count > asked);
  });

  it('can be changed again and again without anything left behind', async () => {
    await set('dataSource', 'simulated');
    await refresh();
    const [serving, before] = [markets(), process.getActiveResourcesInfo().length];
    const asked = await requestsSeen();
    for (const seed of [11, 12, 13]) {
      await change('simulator.seed', seed);
      await refresh();
    }
    await until('markets', markets, (count) => count === serving);
    // The editor's own timers and sockets come and go by a few.
    await until(
      'resources',
      () => process.getActiveResourcesInfo().length,
      (count) => count <= before + 5,
    );
    assert.equal(await requestsSeen(), asked);
  }).timeout(60_000);
});

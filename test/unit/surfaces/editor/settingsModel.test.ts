import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseAsset } from '../../../../src/core/assetName.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { SCENARIO_NAMES } from '../../../../src/sources/simulator/scenarioNames.ts';
import { unknownKeys } from '../../../../src/surfaces/editor/unknownKeys.ts';
import { isSetSomewhere, placeOf } from '../../../../src/surfaces/editor/settingPlace.ts';
import {
  settingsOf,
  type KnownSettings,
  type Settings,
} from '../../../../src/surfaces/editor/settingsModel.ts';
import { MAX_FIGURES, STATUS_FIGURES } from '../../../../src/surfaces/editor/statusFigures.ts';
import { seed } from '../../analysis/metrics/seed.ts';

interface Property {
  readonly default: unknown;
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
}
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8')) as {
  contributes: { configuration: { properties: Readonly<Record<string, Property>> } };
};
const properties = Object.fromEntries(
  Object.entries(manifest.contributes.configuration.properties).map(([key, one]) => [key.slice('perpscope.'.length), one]),
); // prettier-ignore
const known: KnownSettings = {
  keys: Object.keys(properties),
  exchanges: properties['exchanges']?.items?.enum ?? [],
  scenarios: properties['simulator.scenario']?.enum ?? [],
};
const DEFAULTS = settingsOf({}, known);
const read = (raw: Readonly<Record<string, unknown>>): Settings => settingsOf(raw, known);

/** What a file says, the line that must name it, and what must be used instead. */
const FAULTS: readonly (readonly [key: string, value: unknown, line: RegExp, used: Partial<Settings>])[] = [
  ['exchanges', ['binanse'], /^perpscope\.exchanges holds "binanse", which is no exchange; no exchange is asked until it is right\. Did you mean "binance"\?$/, { exchanges: [] }],
  ['exchanges', ['binanse', 'okx'], /"binanse", which is no exchange; asked: okx\. Did you mean "binance"\?$/, { exchanges: ['okx'] }],
  ['exchanges', ['kraken'], /Did you mean "kraken-futures"\?$/, { exchanges: [] }],
  ['exchanges', ['ftx-of-old-times'], /Known: binance, okx, /, { exchanges: [] }],
  ['exchanges', 'binance', /^perpscope\.exchanges is the text "binance" and no list; it is read as \["binance"\]\.$/, { exchanges: ['binance'] }],
  ['exchanges', 7, /is 7, which is no list; no exchange is asked/, { exchanges: [] }],
  ['exchanges', [3, null, 'okx'], /holds 3, which is no exchange; asked: okx/, { exchanges: ['okx'] }],
  ['assets', 5, /^perpscope\.assets is 5, which is no list; BTC, ETH are followed\.$/, { assets: ['BTC', 'ETH'] }],
  ['assets', ['BTC', 'ETH/USDT'], /holds "ETH\/USDT", which is no asset; it is left out\. Did you mean "ETH"\?$/, { assets: ['BTC'] }],
  ['assets', ['<b>'], /^perpscope\.assets holds "<b>", which is no asset; BTC, ETH are followed\. Write a ticker/, { assets: ['BTC', 'ETH'] }],
  ['assets', [], /^perpscope\.assets names no asset; BTC, ETH are followed\.$/, { assets: ['BTC', 'ETH'] }],
  ['assets', 'BTC, SOL', /is read as \["BTC", "SOL"\]/, { assets: ['BTC', 'SOL'] }],
  ['assets', Array.from({ length: 22 }, (_, index) => `A${index}`), /at most 20 are followed; left out: A20, A21\.$/, {}],
  ['statusBar.asset', 5, /^perpscope\.statusBar\.asset is 5, which is no asset; BTC is shown\./, { statusBarAsset: 'BTC' }],
  ['statusBar.asset', '../../etc', /is "\.\.\/\.\.\/etc", which is no asset/, { statusBarAsset: 'BTC' }],
  ['statusBar.show', 'price', /is the text "price" and no list/, { statusBarShow: ['price'] }],
  ['statusBar.show', ['prise', 'funding'], /"prise", which is no figure; it is left out\. Did you mean "price"\?$/, { statusBarShow: ['funding'] }],
  ['statusBar.show', ['nonsense'], /funding is shown\. Known: funding, funding-1h/, { statusBarShow: ['funding'] }],
  ['statusBar.show', ['funding', 'price', 'open-interest', 'price-1h'], /at most 3 are shown; left out: price-1h\.$/, { statusBarShow: ['funding', 'price', 'open-interest'] }],
  ['refreshSeconds', 1, /^perpscope\.refreshSeconds is 1; it must be a whole number from 15 to 600; 60 is used\.$/, { refreshSeconds: 60 }],
  ['refreshSeconds', '60', /is "60"; it must be a whole number/, { refreshSeconds: 60 }],
  ['refreshSeconds', 30.5, /is 30\.5; it must be a whole number/, { refreshSeconds: 60 }],
  ['history.keepMonths', 0, /is 0; it must be a whole number from 1 to 120; 6 is used\.$/, { keepMonths: { live: 6 } }],
  ['history.keepMonthsByStep', 36, /^perpscope\.history\.keepMonthsByStep is 36, which is no object of months by step; these rows are kept for ever\.$/, { keepMonths: { live: 6 } }],
  ['history.keepMonthsByStep', { hourly: 0, daily: 240 }, /^perpscope\.history\.keepMonthsByStep says 0 of hourly; it must be a whole number from 1 to 240; these rows are kept for ever\.$/, { keepMonths: { live: 6, daily: 240 } }],
  ['history.keepMonthsByStep', { daily: '12' }, /says "12" of daily; it must be/, { keepMonths: { live: 6 } }],
  ['history.keepMonthsByStep', { fiveMinute: 12, hourly: 1 }, /holds "fiveMinute", which is no step; it is left out\. Did you mean "fiveMinutes"\?$/, { keepMonths: { live: 6, hourly: 1 } }],
  ['history.keepMonthsByStep', { live: 1 }, /holds "live", which is no step; it is left out\. Known: fiveMinutes, hourly, daily\.$/, { keepMonths: { live: 6 } }],
  ['dataSource', 'simulatd', /is "simulatd", which is neither "live" nor "simulated"; the simulated market is shown\.$/, { dataSource: 'simulated' }],
  ['dataSource', 'Live', /is "Live", which is neither "live" nor "simulated"; the simulated market is shown\. Did you mean "live"\?$/, { dataSource: 'simulated' }],
  ['statusBar.asset', null, /is null, which is no asset; BTC is shown\./, { statusBarAsset: 'BTC' }],
  ['context.csvFile', null, /is null, which is no text; no file is read\.$/, { contextCsv: '' }],
  ['dataSource', 'liev', /the simulated market is shown\. Did you mean "live"\?$/, { dataSource: 'simulated' }],
  ['dataSource', null, /is null, which is neither "live" nor "simulated"; the simulated/, { dataSource: 'simulated' }],
  ['simulator.scenario', 'selling-wafe', /"spot-led-rally" is used\. Did you mean "selling-wave"\?$/, { simulatorScenario: 'spot-led-rally' }],
  ['simulator.seed', -5, /is -5; it must be a whole number from 0 to 2147483647; 1 is used\.$/, { simulatorSeed: 1 }],
  ['endpoints', 'http://127.0.0.1', /is "http:\/\/127\.0\.0\.1", which is no object of addresses by exchange; no exchange is asked/, { endpoints: {} }],
  ['endpoints', [], /is \[\], which is no object/, { endpoints: {} }],
  ['context.csvFile', 5, /is 5, which is no text; no file is read\.$/, { contextCsv: '' }],
  ['regime.rulesFile', 5, /^perpscope\.regime\.rulesFile is 5, which is no text; the built-in rules judge\.$/, {}],
  ['regime.rulesFile', 'a.json', /is "a\.json", relative, and no trusted folder open; the built-in rules judge\.$/, {}],
  ['events.file', 5, /^perpscope\.events\.file is 5, which is no text; no events are shown\.$/, { eventsFile: undefined }],
  ['events.file', 'a.csv', /is "a\.csv", relative, and no trusted folder open; no events are shown\.$/, { eventsFile: undefined }],
  ['regime.level', 1.5, /^perpscope\.regime\.level is 1\.5; it must be from 0 to 1; the rules say it\.$/, {}],
  ['regime.level', '0.5', /is "0\.5"; it must be from 0 to 1; the rules say it\.$/, {}],
  ['regime.margin', -0.1, /^perpscope\.regime\.margin is -0\.1; it must be from 0 to 1; the rules say it\.$/, {}],
  ['regime.margin', Number.NaN, /it must be from 0 to 1/, {}],
  ['exchange', true, /^perpscope\.exchange is no setting of Perpscope and is not used\. Did you mean perpscope\.exchanges\?$/, {}],
  ['statusbar.asset', true, /Did you mean perpscope\.statusBar\.asset\?$/, {}],
  ['whatever', true, /^perpscope\.whatever is no setting of Perpscope and is not used\.$/, {}],
]; // prettier-ignore

describe('the settings, read', () => {
  it('are their defaults where nothing is set, and those are what the manifest says', () => {
    assert.deepEqual(DEFAULTS.problems, []);
    const stated = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, one.default]));
    assert.deepEqual(read(stated), { ...DEFAULTS, statusBarAsset: 'BTC' });
  });

  it('know the exchanges, scenarios and figures that the code knows', () => {
    assert.deepEqual(known.exchanges, exchangeAdapters.map(({ id }) => id));
    assert.deepEqual([...known.scenarios].sort(), [...SCENARIO_NAMES].sort());
    assert.deepEqual(properties['statusBar.show']?.items?.enum, STATUS_FIGURES);
  }); // prettier-ignore

  for (const [key, value, line, used] of FAULTS)
    it(`say of ${key} = ${JSON.stringify(value).slice(0, 60)} what is wrong, what is used, and what may be meant`, () => {
      const settings = read({ [key]: value });
      assert.ok(settings.problems.some((one) => line.test(one)), settings.problems.join('\n'));
      for (const one of settings.problems) assert.ok(one.startsWith('perpscope.'), one);
      for (const [name, expected] of Object.entries(used)) assert.deepEqual(settings[name as keyof Settings], expected);
      const others = Object.keys(DEFAULTS).filter((name) => !(name in used) && !['problems', 'faults', 'blocked', 'assets', 'statusBarAsset'].includes(name));
      for (const name of others) assert.deepEqual(settings[name as keyof Settings], DEFAULTS[name as keyof Settings], name);
    }); // prettier-ignore

  it('name the rules that regimes are judged by: a file at its own path or within the trusted folder, level and margin', () => {
    const rules = (raw: object, folder?: string) => settingsOf(raw as never, { ...known, folder }).rules;
    const [home, open] = [resolve('/home/a/x.json'), resolve('/open')];
    assert.deepEqual(rules({}, open), { file: undefined, level: undefined, margin: undefined });
    assert.deepEqual(rules({ 'regime.rulesFile': ` ${home} ` }).file, { path: home, name: home });
    assert.deepEqual(rules({ 'regime.rulesFile': 'rules/a.json' }, open).file, { path: join(open, 'rules', 'a.json'), name: 'rules/a.json' });
    for (const name of ['a.json', './a.json', '../a.json', '~/a.json']) assert.equal(rules({ 'regime.rulesFile': name }).file, undefined, name);
    assert.deepEqual(settingsOf({ 'events.file': 'e.csv' }, { ...known, folder: open }).eventsFile, { path: join(open, 'e.csv'), name: 'e.csv' });
    const { level, margin } = rules({ 'regime.level': 0, 'regime.margin': 1 });
    assert.deepEqual([level, margin], [0, 1]);
    assert.deepEqual(rules({ 'regime.level': null, 'regime.margin': null }, open), rules({}, open));
  }); // prettier-ignore

  it('of a workspace that is not trusted name no file: the manifest restricts it', () => {
    const { capabilities } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8')) as { capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[]; description: string } } };
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes('perpscope.regime.rulesFile'));
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes('perpscope.events.file'));
    assert.match(capabilities.untrustedWorkspaces.description, /rules file and which file of events/);
  }); // prettier-ignore

  it('keep what was filled in for ever unless they say how long, in the bounds that the manifest states', () => {
    assert.deepEqual(DEFAULTS.keepMonths, { live: 6 });
    const stated = { 'history.keepMonths': 3, 'history.keepMonthsByStep': { fiveMinutes: 36, hourly: 1, daily: null } };
    assert.deepEqual([read(stated).keepMonths, read(stated).problems], [{ live: 3, fiveMinutes: 36, hourly: 1 }, []]);
    const { properties: steps = {} } = properties['history.keepMonthsByStep'] as { properties?: Record<string, { minimum: number; maximum: number }> };
    assert.deepEqual(Object.keys(steps), ['fiveMinutes', 'hourly', 'daily']);
    for (const [step, { minimum, maximum }] of Object.entries(steps)) {
      for (const months of [minimum, maximum]) assert.deepEqual(read({ 'history.keepMonthsByStep': { [step]: months } }).problems, []);
      for (const months of [minimum - 1, maximum + 1, 1.5]) assert.equal(read({ 'history.keepMonthsByStep': { [step]: months } }).problems.length, 1);
    }
  }); // prettier-ignore

  it('say one thing once', () => {
    for (const raw of [{ assets: [''] }, { assets: [] }, { dataSource: 'simulatd' }]) assert.equal(read(raw).problems.length, 1, JSON.stringify(raw));
  }); // prettier-ignore

  it('find keys that nothing declares, also where a group is no group', () => {
    const { keys } = known;
    const of = (value: unknown): string[] => unknownKeys(value, keys);
    assert.deepEqual(of({ simulator: { seed: 1, scenario: 'calm' }, refreshSeconds: 30 }), []);
    assert.deepEqual(of({ simulator: ['calm'], history: null, context: 'x.csv', statusBar: { assets: 1 } }), ['simulator', 'history', 'context', 'statusBar.assets']);
    assert.deepEqual(of(null), []);
    assert.match(read({ simulator: true }).problems.join(), /^perpscope\.simulator is no setting of Perpscope and is not used\. Did you mean perpscope\.simulator\.s/);
  }); // prettier-ignore

  it('let nobody be asked where a choice names nobody, or addresses cannot be read; the simulated market needs none', () => {
    for (const exchanges of [['binanse'], 7, [3], ''] as const) assert.match(read({ exchanges }).blocked ?? '', /no exchange is asked/);
    assert.match(read({ endpoints: 5 }).blocked ?? '', /no exchange is asked/);
    const simulated = read({ endpoints: 5, dataSource: 'simulated' });
    assert.equal(simulated.blocked, undefined);
    assert.match(simulated.problems.join(), /the simulated market does without\./);
    for (const exchanges of [[], ['okx'], ['binanse', 'okx'], 'okx'] as const) assert.equal(read({ exchanges }).blocked, undefined);
  }); // prettier-ignore

  it(`name every fault and stand on something safe, whatever ten thousand files say (seed ${seed})`, () => {
    const words = fc.constantFrom('binance', 'okx', 'binanse', 'live', 'simulated', 'simulatd', 'BTC', 'ETH/USDT', '', ' ', 'price', '\u202e', '../..', 'calm');
    const value = fc.oneof(words, fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.array(fc.oneof(words, fc.integer(), fc.constant(null), fc.array(words)), { maxLength: 25 }), fc.object({ maxDepth: 2 }));
    const key = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known.keys) }, { weight: 1, arbitrary: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 12 }), (raw) => {
        const settings = read(raw);
        const line = (name: string): string | undefined => settings.problems.find((one) => one.startsWith(`perpscope.${name}`));
        assert.ok(settings.assets.length >= 1 && settings.assets.length <= 20 && settings.assets.every((asset) => parseAsset(asset) === asset));
        assert.equal(parseAsset(settings.statusBarAsset), settings.statusBarAsset);
        assert.ok(settings.exchanges.every((id) => known.exchanges.includes(id)));
        assert.ok(settings.statusBarShow.length <= MAX_FIGURES);
        assert.ok(settings.refreshSeconds >= 15 && settings.refreshSeconds <= 600);
        assert.ok((settings.keepMonths.live ?? 0) >= 1 && (settings.keepMonths.live ?? 0) <= 120 && Number.isInteger(settings.simulatorSeed));
        assert.ok(known.scenarios.includes(settings.simulatorScenario));
        // Only the word itself, or nothing at all, means live.
        assert.equal(settings.dataSource === 'live', raw['dataSource'] === 'live' || raw['dataSource'] === undefined);
        for (const name of ['refreshSeconds', 'history.keepMonths', 'simulator.seed', 'dataSource', 'simulator.scenario'] as const) {
          const used = { refreshSeconds: settings.refreshSeconds, 'history.keepMonths': settings.keepMonths.live, 'simulator.seed': settings.simulatorSeed, dataSource: settings.dataSource, 'simulator.scenario': settings.simulatorScenario }[name];
          if (raw[name] !== undefined && raw[name] !== used) assert.ok(line(name), `${name} is ${JSON.stringify(raw[name])} and nothing says so`);
        }
        // All exchanges are asked only by who names none and by who names nothing.
        const asked = raw['exchanges'];
        if (settings.exchanges.length === 0 && settings.blocked === undefined) assert.ok(asked === undefined || (Array.isArray(asked) && asked.length === 0));
        for (const name of Object.keys(raw).filter((one) => !known.keys.includes(one)))
          assert.ok(settings.problems.some((one) => one.includes('is no setting of Perpscope')), name);
        for (const one of settings.problems) assert.ok(!/[\n\r\u202e]/.test(one) && one.length < 700, one);
      }),
      { seed, numRuns: 10_000 },
    );
  }); // prettier-ignore
});

describe('the place where a setting is written', () => {
  it('is the nearest that has a value, and the machine for what belongs to it', () => {
    const both = { workspaceFolderValue: 'ETH', workspaceValue: 'SOL' };
    assert.deepEqual([{}, { globalValue: 'ETH' }, { workspaceValue: null }].map(isSetSomewhere), [
      false,
      true,
      true,
    ]);
    assert.equal(read({ assets: ['SOL', 'BTC'] }).statusBarAsset, 'SOL');
    assert.equal(placeOf({}, undefined), 'user');
    assert.equal(placeOf({ workspaceValue: 'ETH' }, undefined), 'workspace');
    assert.deepEqual([placeOf(both, undefined), placeOf(both, 'resource'), placeOf(both, 'machine')], ['workspace', 'folder', 'user']); // prettier-ignore
  });
});

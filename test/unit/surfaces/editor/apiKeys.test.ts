import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type * as vscode from 'vscode';
import { contextProviders } from '../../../../src/sources/context/registry.ts';
import { keyedProviders } from '../../../../src/sources/context/keys.ts';
import { SecretKeys, setApiKey, type KeyPrompts } from '../../../../src/surfaces/editor/apiKeys.ts';

interface Item extends vscode.QuickPickItem {
  readonly label: string;
}

/** Somebody who chooses a provider by name and types a text; undefined is Escape. */
function person(provider: string | undefined, typed: string | undefined) {
  const seen: { items: Item[]; box?: vscode.InputBoxOptions } = { items: [] };
  const prompts = {
    showQuickPick: (items: readonly Item[]) => {
      seen.items = [...items];
      return Promise.resolve(items.find(({ label }) => label === provider));
    },
    showInputBox: (box: vscode.InputBoxOptions) => {
      seen.box = box;
      return Promise.resolve(typed);
    },
  } as unknown as KeyPrompts;
  return { prompts, seen };
}

function storage() {
  const kept = new Map<string, string>();
  const secrets = {
    get: (id: string) => Promise.resolve(kept.get(id)),
    store: (id: string, value: string) => Promise.resolve(void kept.set(id, value)),
    delete: (id: string) => Promise.resolve(void kept.delete(id)),
  } as unknown as vscode.SecretStorage;
  return { kept, keys: new SecretKeys(secrets) };
}

const PROVIDERS = keyedProviders(contextProviders);

describe('setting an API key', () => {
  it('says what each provider adds and whether it has a key, and keeps the key in the secret storage', async () => {
    const { kept, keys } = storage();
    const first = person('CryptoQuant', '  canary-key-1 ');
    assert.equal(await setApiKey(keys, PROVIDERS, () => first.prompts), true);
    assert.deepEqual(
      first.seen.items.map(({ label, description }) => [label, description]),
      [
        ['CoinGlass', 'no key'],
        ['CryptoQuant', 'no key'],
        ['Coinalyze', 'no key'],
      ],
    );
    assert.match(first.seen.items[1]?.detail ?? '', /^Adds exchange inflow/);
    assert.equal(await keys.get('cryptoquant'), 'canary-key-1');
    assert.deepEqual([...kept], [['key/cryptoquant', 'canary-key-1']]);
    const second = person(undefined, undefined);
    assert.equal(await setApiKey(keys, PROVIDERS, () => second.prompts), false);
    assert.equal(second.seen.items[1]?.description, 'a key is set');
    assert.ok(!JSON.stringify(second.seen).includes('canary'), 'the key itself is never shown');
  });

  it('hides what is typed, names the environment variable, and refuses what no header can carry', async () => {
    const { keys } = storage();
    const { prompts, seen } = person('CoinGlass', undefined);
    assert.equal(await setApiKey(keys, PROVIDERS, () => prompts), false);
    assert.equal(seen.box?.password, true);
    assert.match(seen.box?.prompt ?? '', /PERPSCOPE_COINGLASS_KEY.*Only the form is checked here/);
    const problem = (value: string): unknown => seen.box?.validateInput?.(value);
    for (const fine of ['', '  ', 'abcd1234abcd1234', ' 01234567-89ab-cdef '])
      assert.equal(problem(fine), undefined, fine);
    for (const bad of [
      'abc',
      'abcd1234',
      'two words of a length',
      'kéyé-kéyé-kéyé-kéyé',
      'line\nbreak-line-break',
      'x'.repeat(513),
    ])
      assert.ok(problem(bad) !== undefined, bad);
  });

  it('removes a key with an empty text', async () => {
    const { kept, keys } = storage();
    await keys.set('coinglass', 'canary-key-2');
    assert.equal(await setApiKey(keys, PROVIDERS, () => person('CoinGlass', ' ').prompts), true);
    assert.equal(kept.size, 0);
  });
});

import * as vscode from 'vscode';
import { isSetSomewhere } from './settingPlace.ts';
import { settingsOf, type KnownSettings, type Settings } from './settingsModel.ts';
import { unknownKeys } from './unknownKeys.ts';

export type { Settings } from './settingsModel.ts';

const SECTION = 'perpscope';
const EXTENSION_ID = 'perpscope.perpscope';

interface Property {
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly items?: { readonly enum?: readonly string[] };
}

/** Reads `perpscope.*` as it is in force for this window. */
export function readSettings(): Settings {
  const properties = manifestProperties();
  const keys = Object.keys(properties);
  const known: KnownSettings = {
    keys,
    exchanges: properties['exchanges']?.items?.enum ?? [],
    scenarios: properties['simulator.scenario']?.enum ?? [],
    folder: vscode.workspace.isTrusted ? openFolder() : undefined,
  };
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const raw = Object.fromEntries([
    // Where nobody has chosen the asset of the status bar it is the first of those that are followed.
    ...keys
      .filter((key) => key !== 'statusBar.asset' || isSetSomewhere(configuration.inspect(key) ?? {}))
      .map((key) => [key, plain(configuration.get(key))] as const),
    ...unknownKeys(plain(vscode.workspace.getConfiguration().get(SECTION)), keys).map(
      (key) => [key, true] as const,
    ),
  ]);
  return settingsOf(raw, known);
}

/** Returns the first folder that is open and on a disk; undefined where there is none. */
function openFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}

/** Returns whose a setting is by the manifest: the machine's, a resource's; undefined for the window's. */
export function scopeOf(key: string): string | undefined {
  return manifestProperties()[key]?.scope;
}

/** What package.json declares, by key below `perpscope.`. */
function manifestProperties(): Readonly<Record<string, Property>> {
  const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as
    | {
        readonly contributes?: {
          readonly configuration?: { readonly properties?: Record<string, Property> };
        };
      }
    | undefined;
  const declared = Object.entries(manifest?.contributes?.configuration?.properties ?? {});
  return Object.fromEntries(declared.map(([key, property]) => [key.slice(SECTION.length + 1), property]));
}

/** The editor hands out proxies that cannot be cloned. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

import type { SourceFacts } from './sources.ts';

/** The parts of package.json that name things which code must implement. */
export interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string }[];
    readonly configuration?: Configuration | readonly Configuration[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string; readonly type?: string }[]>>;
    readonly viewsContainers?: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly languageModelTools?: readonly { readonly name: string }[];
    readonly mcpServerDefinitionProviders?: readonly { readonly id: string }[];
  };
}

interface Configuration {
  readonly properties?: Readonly<Record<string, unknown>>;
}

const registering = ['src/surfaces/editor/', 'src/surfaces/agents/', 'src/extension.ts'];
const id = /^perpscope\.[A-Za-z][\w.-]*$/;
const toolName = /^perpscope_[a-z_]+$/;

/** What is declared and not implemented, or implemented and not declared. */
export function manifestViolations(manifest: Manifest, files: readonly SourceFacts[]): string[] {
  const contributes = manifest.contributes ?? {};
  const code = files.filter(({ file }) => registering.some((place) => file.startsWith(place)));
  const written = new Set(code.flatMap(({ strings }) => [...strings]));
  const declared = {
    command: (contributes.commands ?? []).map(({ command }) => command),
    view: Object.values(contributes.views ?? {}).flatMap((views) => views.map((view) => view.id)),
    tool: (contributes.languageModelTools ?? []).map(({ name }) => name),
    'MCP provider': (contributes.mcpServerDefinitionProviders ?? []).map((provider) => provider.id),
    setting: [contributes.configuration ?? []]
      .flat()
      .flatMap(({ properties }) => Object.keys(properties ?? {})),
  };
  const found: string[] = [];
  for (const [kind, ids] of Object.entries(declared)) {
    for (const name of ids) {
      // A setting is read as get('statusBar.asset') on the configuration 'perpscope'.
      const relative = kind === 'setting' && written.has(name.replace(/^perpscope\./, ''));
      if (!written.has(name) && !relative)
        found.push(`package.json: the ${kind} ${name} is declared, no file implements it`);
      if (!id.test(name) && !toolName.test(name))
        found.push(`package.json: the ${kind} ${name} does not start with perpscope`);
    }
  }
  return [...found, ...undeclared(manifest, code)];
}

/** Every id in code must be named somewhere in package.json: a command, a view, a setting, a context key, an activation event. */
function undeclared(manifest: Manifest, code: readonly SourceFacts[]): string[] {
  const named = new Set(JSON.stringify(manifest).match(/perpscope[._][\w.-]*\w/g) ?? []);
  const sections = new Set([...named].flatMap(prefixes));
  return code.flatMap(({ file, strings, privateStrings }) =>
    [...strings]
      .filter((text) => (id.test(text) || toolName.test(text)) && text !== 'perpscope.perpscope')
      .filter((text) => !named.has(text) && !sections.has(text) && !privateStrings.has(text))
      .map((text) => `${file}: ${text} is used here, package.json does not declare it`),
  );
}

/** `perpscope.heatmap` for `perpscope.heatmap.bins`: a group of settings that is read or watched as one. */
function prefixes(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join('.'));
}

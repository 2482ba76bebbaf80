import type { EditorServer } from './editorServer.d.mts';

export interface Opening {
  readonly vsix: string;
  readonly workspace: string;
  readonly source: 'live' | 'simulated';
}

export function findDesktopEditor(): string | undefined;
export function openDesktop(editor: string, opening: Opening): void;
/** `folder` holds the profile; one in the cache unless stated. */
export function openServer(opening: Opening & { readonly folder?: string }): Promise<EditorServer>;

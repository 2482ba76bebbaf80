export interface EditorServerOptions {
  readonly extensionsDir: string;
  readonly serverDataDir: string;
  readonly userDataDir?: string;
  /** Lets the page name an extension under development and its tests; a built editor ignores both without it. */
  readonly smokeTest?: boolean;
  /** 0 picks a free one. */
  readonly port: number;
  /** Part of the URL; without it everyone on this machine can use the editor. */
  readonly connectionToken?: string;
  readonly env?: Record<string, string>;
  readonly log?: (text: string) => void;
}

export interface EditorServer {
  readonly url: string;
  /** host:port, as in `vscode-remote://host:port/path`. */
  readonly authority: string;
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

export function ensureEditorServer(): Promise<string>;
export function installVsix(vsix: string, extensionsDir: string): Promise<void>;
export function writeMachineSettings(serverDataDir: string, settings: Record<string, unknown>): void;
export function startEditorServer(options: EditorServerOptions): Promise<EditorServer>;

import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';

export type Theme = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

export interface WorkbenchOptions {
  readonly theme?: Theme;
  /** Copied before it is opened; the sample workspace without it. */
  readonly workspace?: string;
  readonly settings?: Record<string, unknown>;
  /** Of the machine alone, not of its user. */
  readonly machineSettings?: Record<string, unknown>;
  /** Of the editor's server and so of the extension, besides what this process has. */
  readonly env?: Record<string, string>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly vsix?: string;
  /** Called when the extension is installed and before the editor starts, for example to install another one beside it. */
  readonly prepare?: (extensionsDir: string) => Promise<void>;
  /** Copied to where the extension keeps its history. */
  readonly storage?: string;
}

/** What a user does in an open workbench. */
export interface WorkbenchActions {
  /** Goes through a prompt of the editor, anew where it closes in between; each step keeps the limits. */
  throughPrompt<T>(go: (limits: { timeout: number }) => Promise<T>): Promise<T>;
  /** Chooses a command that goes on to ask something; `asked` is what it shows when it asks. */
  chooseCommand(title: string, asked?: Locator): Promise<void>;
  runCommand(title: string): Promise<void>;
  waitForText(text: string | RegExp, timeoutMs?: number): Promise<Frame>;
  openFile(path: string): Promise<void>;
  screenshot(file: string, options?: { keepPointer?: boolean }): Promise<void>;
  webview(): FrameLocator;
}

export interface Workbench extends WorkbenchActions {
  readonly page: Page;
  readonly url: string;
  /** The folder that is open, a copy. */
  readonly workspace: string;
  log(): string;
  close(): Promise<void>;
}

export const themes: Readonly<Record<Theme, string>>;
export const calmSettings: Readonly<Record<string, unknown>>;
export function openWorkbench(options?: WorkbenchOptions): Promise<Workbench>;
export function workbenchActions(page: Page): WorkbenchActions;

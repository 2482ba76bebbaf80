export const root: string;
export class SetupError extends Error {}
export function exitWith(error: unknown): never;
export function hashOfFile(file: string): string;
export function isInstalled(folder?: string): boolean;
export function ensureInstalled(folder?: string): void;
export function npmEnvironment(firstOnPath?: string): Record<string, string | undefined>;
export function nodePackage(platform: string, arch: string, libc?: 'glibc' | 'musl'): string | undefined;
export function node24(): string;
export function reexecUnderNode24(): Promise<void>;
export function runForwarding(command: string, args: readonly string[], options?: object): Promise<number>;

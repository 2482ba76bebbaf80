export function emptyNotebook(name: string): string;
export function notebookPython(): string | undefined;
export function executeNotebook(file: string, env?: NodeJS.ProcessEnv): void;

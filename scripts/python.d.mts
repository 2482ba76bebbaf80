export function python3(): string | undefined;
export function pythonWith(...modules: readonly string[]): string | undefined;

export function packagesOf(inputs: readonly string[]): string[];
export function noticesOf(inputs: readonly string[]): string;

export function sampleOf<T>(items: readonly T[], count: number, seed: number): T[];

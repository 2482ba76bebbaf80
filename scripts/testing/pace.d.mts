import type { Suite } from 'mocha';

export function pace(): number;
export function measurePace(): number;
export function stretchLimits(suite: Suite, factor?: number): void;

import type { SeenPayload } from '../src/sources/exchanges/coverage.ts';

/** Returns the fixtures of an exchange with their names; none where it has no folder. */
export function fixturePayloads(exchange: string): SeenPayload[];

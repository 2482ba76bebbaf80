// The payloads in wire form that the tests keep, by exchange: what the coverage tables rest on.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../test/fixtures');

/** Returns the fixtures of an exchange with their names; none where it has no folder. */
export function fixturePayloads(exchange) {
  const folder = join(FOLDER, exchange);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      query: {},
      ...JSON.parse(readFileSync(join(folder, name), 'utf8')),
      name: name.replace(/\.json$/, ''),
    }));
}

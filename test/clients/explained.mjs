/** Holds what differs against the list of explained differences, both ways. */
import { readFileSync } from 'node:fs';

/**
 * One explained difference. Lists stand for every combination of theirs. `ratio`: the client's number, in one of its
 * units, over the product's, within 1 %. `says`: words of an error. `rare`: it need not occur in every run.
 *
 * @typedef {{ exchange: string[], client: string[], method: string[], field: string[], contract?: string, ratio?: number, says?: string, who: string, why: string, rare?: boolean }} Explained
 */

export function readExplained() {
  const list = JSON.parse(readFileSync(new URL('explained.json', import.meta.url), 'utf8'));
  const asList = (value) => [value].flat();
  return list.flatMap((entry) =>
    asList(entry.exchange).flatMap((exchange) =>
      asList(entry.client).flatMap((client) =>
        asList(entry.method).flatMap((method) =>
          asList(entry.field).map((field) => ({ ...entry, exchange, client, method, field })),
        ),
      ),
    ),
  );
}

/** Whether an entry is about a difference. */
function covers(entry, claim) {
  if (!['exchange', 'client', 'method', 'field'].every((name) => entry[name] === claim[name])) return false;
  if (entry.contract !== undefined && entry.contract !== claim.contract) return false;
  if (entry.says !== undefined && !String(claim.value).includes(entry.says)) return false;
  const values = [claim.value, ...Object.values(claim.ways ?? {})];
  return (
    entry.ratio === undefined ||
    values.some((value) => Math.abs(value / claim.product / entry.ratio - 1) < 0.01)
  );
}

/** Returns the differences that nobody explained, and the explanations that nothing needed. */
export function compareExplained(differences, entries) {
  const used = new Set();
  const unexplained = differences.filter((claim) => {
    const found = entries.find((entry) => covers(entry, claim));
    if (found !== undefined) used.add(found);
    return found === undefined;
  });
  return { unexplained, idle: entries.filter((entry) => !used.has(entry) && entry.rare !== true) };
}

import type { HttpRequestSpec, ObservationPoll, RequestScope } from '../contract.ts';

/**
 * Returns a poll's own request with other fields of its query, so that what names the instrument stays as it is; undefined
 * leaves a field out.
 */
export function askedAnew(
  poll: Pick<ObservationPoll<never>, 'request'>,
  scope: RequestScope,
  fields: Readonly<Record<string, string | undefined>>,
): HttpRequestSpec | undefined {
  const spec = poll.request(scope);
  if (spec === undefined) return undefined;
  const merged = Object.entries({ ...spec.query, ...fields });
  const query = Object.fromEntries(
    merged.filter((field): field is [string, string] => field[1] !== undefined),
  );
  return { ...spec, query };
}

/** Returns the poll with answers without rows as normal ones: a page may lie before everything that the exchange keeps. */
export function ofPages(poll: ObservationPoll<never>): ObservationPoll<never> {
  return { ...poll, mayBeEmpty: true };
}

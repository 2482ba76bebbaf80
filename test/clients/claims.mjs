/**
 * A claim is what a client makes of a field: it is held against what the product reads in the same bytes.
 *
 * @typedef {object} Claim
 * @property {string} exchange
 * @property {string} client
 * @property {string} method
 * @property {'linear' | 'inverse' | 'dated'} contract
 * @property {string} kind The product's kind of observation, or `instrument`.
 * @property {string} field The product's name of the field.
 * @property {unknown} value
 * @property {unknown[]} readings What the product reads in the same bytes about the same contract.
 * @property {Record<string, unknown>} [ways] The value in other units, by how it comes there.
 * @property {number} [atMs] The time that it is about.
 * @property {number} [within] How far the times may part, ms.
 * @property {(reading: any) => boolean} [where]
 * @property {number} [tolerance] As a share.
 */

const isNear = (value, wanted, share) =>
  typeof value === 'number' && typeof wanted === 'number'
    ? Math.abs(value - wanted) <= Math.abs(wanted) * share + 1e-12
    : value === wanted;

/** Judges a claim: `agree`, `differ` or, where the product reads no such field, `unread`. */
export function judged(/** @type {Claim} */ claim) {
  const {
    kind,
    field,
    value,
    readings,
    ways = {},
    atMs,
    within = 60_000,
    where = () => true,
    tolerance = 1e-6,
  } = claim;
  const found = readings.filter(
    (one) =>
      one.kind === kind &&
      one[field] !== undefined &&
      (atMs === undefined || Math.abs(one.atMs - atMs) < within) &&
      where(one),
  );
  if (found.length === 0) return { ...claim, verdict: 'unread' };
  const values = [value, ...Object.values(ways)];
  const isSame = found.some((one) => values.some((each) => isNear(each, one[field], tolerance)));
  // Of a history the client states its newest row.
  const newest = found.reduce((one, other) => ((other.atMs ?? 0) > (one.atMs ?? 0) ? other : one));
  return { ...claim, verdict: isSame ? 'agree' : 'differ', product: newest[field] };
}

/** Contracts as coins, in the ways that exchanges state them. */
export function inCoins(size, market, price) {
  if (size === undefined || size === null) return {};
  const { contractSize = 1 } = market;
  return {
    contracts: size * contractSize,
    dollars: size / price,
    'contracts of dollars': (size * contractSize) / price,
  };
}

import type { EvidenceKind } from './assessment.ts';

/** What the inputs tell, each in usual sizes of its own window: 1 is a usual day, 0 the middle. */
export const ASPECTS = {
  price: { kind: 'price', isMirrored: true },
  /** Takers' buying less selling. */
  flow: { kind: 'price', isMirrored: true },
  /** Spot takers before those of futures. */
  spot: { kind: 'price', isMirrored: true },
  depth: { kind: 'price', isMirrored: false },
  /** Change of open interest in coins. */
  positions: { kind: 'positions', isMirrored: false },
  /** Where open interest stands in its own history. */
  level: { kind: 'positions', isMirrored: false },
  volume: { kind: 'positions', isMirrored: false },
  cost: { kind: 'cost', isMirrored: true },
  /** Long accounts for each short one. */
  accounts: { kind: 'cost', isMirrored: true },
  forceSize: { kind: 'force', isMirrored: false },
  /** Positive where shorts were closed. */
  forceSide: { kind: 'force', isMirrored: true },
} as const satisfies Readonly<Record<string, { readonly kind: EvidenceKind; readonly isMirrored: boolean }>>;

export type Aspect = keyof typeof ASPECTS;
export const ASPECT_NAMES = Object.keys(ASPECTS) as readonly Aspect[];

/** The aspects that are known; what is absent is not known, never 0. */
export type Aspects = Readonly<Partial<Record<Aspect, number>>>;

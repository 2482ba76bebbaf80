import type { Asset } from '../../core/ids.ts';
import type { RarityBasis } from '../regime/assessment.ts';

/** What is said of a market at one moment: one line of a timeline. */
export interface TimelineLine {
  /** The moment of the judgement: nothing later was used. Epoch ms. */
  readonly atMs: number;
  readonly asset: Asset;
  readonly label: string;
  readonly family: string;
  readonly isWeak: boolean;
  readonly candidates: readonly string[];
  /** Absent where there is none: 0..1. */
  readonly confidence: number | null;
  readonly rarity: number | null;
  readonly rarityBasis: RarityBasis | null;
  readonly quality: number | null;
}

/** The part of an assessment that a timeline shows. Older ones lack most of it: what they do not say is not made up. */
export interface Judged {
  readonly label: string;
  readonly family?: string;
  readonly isWeak?: boolean;
  readonly candidates?: readonly string[];
  readonly confidence?: number;
  readonly rarity?: number;
  readonly rarityBasis?: RarityBasis;
  readonly quality?: number;
}

/** Returns the line of an assessment. */
export function lineOf(asset: Asset, atMs: number, judged: Judged): TimelineLine {
  return {
    ...{ atMs, asset, label: judged.label, family: judged.family ?? 'unknown' },
    ...{ isWeak: judged.isWeak ?? false, candidates: judged.candidates ?? [] },
    confidence: judged.confidence ?? null,
    rarity: judged.rarity ?? null,
    rarityBasis: judged.rarityBasis ?? null,
    quality: judged.quality ?? null,
  };
}

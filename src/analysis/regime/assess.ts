import type { Asset } from '../../core/ids.ts';
import type { Rarity } from '../noise/noiseOfDay.ts';
import type { UsualSizes } from '../noise/usualSizes.ts';
import type { MissingInput, RegimeAssessment } from './assessment.ts';
import type { Aspects } from './aspects.ts';
import { nameOf, type Decision } from './decide.ts';
import { evidenceOf, missingInputs } from './evidence.ts';
import type { FeatureSet } from './features.ts';
import { labelWords } from './labelWords.ts';
import { qualityOf } from './quality.ts';
import { remarksOf } from './remarks.ts';
import { BUILT_IN_RULES } from './rules.ts';
import type { RuleSet } from './ruleTypes.ts';
import { standardOf } from './standard.ts';
import { standingOf, usablePrevious, watchedSince, withDwell } from './standing.ts';
import { statementsOf } from './statements.ts';
import { ownTurnsOf } from './venues/ownTurns.ts';
import { venuesOf, type VenueInput } from './venues/venues.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface AssessOptions {
  readonly asOfMs: number;
  readonly baseAsset: Asset;
  readonly source: RegimeAssessment['source'];
  /** Exchanges with fresh numbers; `of: 0` for stated values, where coverage does not apply. */
  readonly coverage: { readonly fresh: number; readonly of: number };
  /** The assessment before this one, for hysteresis. Not used for stated values. */
  readonly previous?: RegimeAssessment | undefined;
  readonly minimumDwellMs?: number | undefined;
  /** How many exchanges must be fresh; default 2, or 1 where only one is configured. */
  readonly minimumCoverage?: number | undefined;
  readonly rules?: RuleSet | undefined;
  /** What is usual by the asset's own history; a dated table stands in for it. */
  readonly usual?: UsualSizes | undefined;
  /** How often the asset's own shuffled history shows as much; a default null stands in for it. */
  readonly rarity?: Rarity | undefined;
  /** What the exchanges are judged from one by one; without it they are not. */
  readonly venues?: VenueInput | undefined;
}

/**
 * Returns what the features say about the market's regime: family and name, how probable the name would be with everything
 * known, how rare it is in noise, and the evidence. Pure and deterministic; never throws and never guesses: without the inputs that a
 * family needs it is `unknown` with the reasons.
 */
export function assess(features: FeatureSet, options: AssessOptions): RegimeAssessment {
  const { asOfMs, baseAsset, source, coverage, usual, rarity } = options;
  const rules = options.rules ?? BUILT_IN_RULES;
  const isStated = source === 'stated';
  const previous = usablePrevious(options.previous, options, rules);
  const standard = standardOf(features, { asset: baseAsset, isStated, usual });
  const standing = standingOf(previous);
  const coverageGap = whyTooFewExchanges(options);
  const verdict =
    coverageGap === undefined ? verdictOf(standard, rules, standing, isStated ? undefined : rarity) : UNKNOWN;
  const shown = withDwell(
    verdict,
    standard.aspects.price,
    previous,
    { asOfMs, dwellMs: options.minimumDwellMs },
    rules,
  );
  const isKept = shown.candidate !== undefined;
  const decision = isKept ? namedBefore(shown, rules) : verdict;
  const { price } = standard.aspects;
  const venues =
    options.venues === undefined
      ? []
      : venuesOf(options.venues, { asset: baseAsset, asOfMs, features, price, decision: verdict, rules });
  const missing = missingInputs(standard, features, isStated);
  const gaps = coverageGap === undefined ? missingKinds(standard.aspects) : [coverageGap.reason];
  const candidates = isKept
    ? [...new Set([shown.label, verdict.label, ...verdict.candidates])]
    : verdict.candidates;
  return {
    schema: 'perpscope.regime/1',
    asOfMs,
    baseAsset,
    source,
    label: shown.label,
    words: decision.name?.words ?? labelWords(shown.label, rules),
    family: shown.family,
    isWeak: isKept || verdict.isWeak,
    candidates,
    confidence: isKept ? verdict.probabilityOf(shown.label) : verdict.confidence,
    rarity: verdict.rarity,
    rarityBasis: verdict.rarityBasis,
    quality: qualityOf(standard, features, coverage),
    evidence: evidenceOf(standard, { decision, standing, rules, features, isStated }),
    missing: coverageGap === undefined ? missing : [coverageGap, ...missing],
    statements: statementsOf({
      verdict,
      shown: decision,
      standard,
      features,
      rules,
      isKept,
      unknownBecause: gaps,
      ownTurns: ownTurnsOf(venues),
    }),
    remarks: remarksOf({ decision, standard, features, isStated }),
    ...(venues.length === 0 ? {} : { venues }),
    hasCascadeRisk: decision.name?.hasCascadeRisk === true,
    ...(shown.candidate === undefined ? {} : { candidate: shown.candidate }),
    ...(shown.candidateFamily === undefined || shown.candidateFamily === shown.family
      ? {}
      : { candidateFamily: shown.candidateFamily }),
    sinceMs: previous !== undefined && previous.label === shown.label ? previous.sinceMs : asOfMs,
    ...(isStated ? {} : { watchedSinceMs: watchedSince(shown.label, previous, asOfMs) }),
    coverage,
    rulesVersion: rules.version,
    ...(rules.digest === undefined ? {} : { rulesDigest: rules.digest }),
  };
}

const UNKNOWN: Verdict = {
  ...{ family: 'unknown', label: 'unknown', isWeak: false, candidates: [], confidence: 0 },
  ...{ rarity: 1, rarityBasis: 'default' },
  probabilityOf: () => 0,
};

/** The name that only its dwell keeps. */
function namedBefore({ label, family }: Decision, rules: RuleSet): Decision {
  const name = nameOf({ label, family }, rules);
  return { label, family, ...(name === undefined ? {} : { name }) };
}

function whyTooFewExchanges(options: AssessOptions): MissingInput | undefined {
  const { fresh, of } = options.coverage;
  if (options.source === 'stated' || of === 0) return undefined;
  const needed = options.minimumCoverage ?? Math.min(2, of);
  if (fresh >= needed) return undefined;
  return {
    metric: 'coverage',
    reason: `${fresh} of ${of} exchanges have fresh numbers, at least ${needed} needed`,
  };
}

function missingKinds({ price, flow, positions, level, cost }: Aspects): string[] {
  return [
    ...((price ?? flow) === undefined ? ['price or taker flow is missing'] : []),
    ...((positions ?? level) === undefined ? ['open interest is missing'] : []),
    ...(cost === undefined ? ['funding is missing'] : []),
  ];
}

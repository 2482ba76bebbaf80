import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import { faultLine } from '../analysis/regime/rulesFile/ruleFault.ts';
import { readRules } from '../analysis/regime/rulesFile/readRules.ts';
import type { Clock } from '../core/clock.ts';
import { FollowedFile, readTextFile, type FileReading } from '../store/followedFile.ts';
import type { RulesChoice } from './rulesChoice.ts';

type NamedFile = NonNullable<RulesChoice['file']>;

/** What a reading of a rules file came to: rules, or what is wrong, a line each. */
export type FileRules =
  | { readonly rules: RuleSet; readonly faults?: never }
  | { readonly rules?: never; readonly faults: readonly string[] };

/** So many faults are named; how many more there are is said. */
const MOST_FAULTS = 10;

/** Reads a rules file once. Never rejects: what is wrong is in the answer. */
export async function readRulesFile({ path, name }: NamedFile): Promise<FileRules> {
  return rulesOf(
    await readTextFile(path).then(
      (text) => ({ text }),
      (error: unknown) => ({ error: error as Error }),
    ),
    name,
  );
}

/** Reads a rules file and follows it; `onRead` gets every reading. Resolves after the first; never rejects. */
export async function followRulesFile(
  { path, name }: NamedFile,
  clock: Clock,
  onRead: (read: FileRules) => void,
): Promise<FollowedFile> {
  const file = new FollowedFile(path, clock, async (reading) => onRead(await rulesOf(reading, name)));
  await file.start();
  return file;
}

async function rulesOf(reading: FileReading | { readonly error: Error }, name: string): Promise<FileRules> {
  if ('error' in reading) {
    const { message: found } = reading.error;
    return {
      faults: [faultLine({ code: 'unreadable', path: '', expected: 'a file of at most 1 MiB', found }, name)],
    };
  }
  const { rules, faults } = readRules(reading.text);
  if (faults === undefined) return { rules: { ...rules, digest: await digestOf(rules) } };
  const lines = faults.slice(0, MOST_FAULTS).map((fault) => faultLine(fault, name));
  const more = faults.length - lines.length;
  return { faults: more > 0 ? [...lines, `${name}: and ${more} more`] : lines };
}

/** Of what the rules come to: a comment changes nothing, a built-in rule that they extend does. */
async function digestOf(rules: RuleSet): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(rules)));
  return Buffer.from(bytes).toString('hex').slice(0, 12);
}

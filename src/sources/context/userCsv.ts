import { DAY_MS } from '../../core/units.ts';
import type { Issue } from '../../core/issue.ts';
import type { ContextMapScope } from './contract.ts';
import { whyImpossibleContext } from './contract.ts';
import { readDailyCsv } from './dailyCsv.ts';
import type { DecodedContext } from './decodeContext.ts';

/** What stands for a user's own file among the providers. */
export const USER_CSV = {
  id: 'user-csv',
  displayName: 'Your CSV file',
  docsUrl: 'docs/context.md',
  freshForMs: 6 * DAY_MS,
} as const;

/**
 * Reads the daily series of a user's file (docs/context.md): columns `date`, and `equity-index`, `dollar-index` or
 * both. What is wrong is named with its line.
 */
export function readUserCsv(content: string, receivedAtMs: number): DecodedContext {
  const issues: Issue[] = [];
  const scope: ContextMapScope = {
    provider: USER_CSV.id,
    endpoint: 'FILE csv',
    params: {},
    receivedAtMs,
    report: (issue) => void (issues.length < 200 && issues.push(issue)),
  };
  const columns = { 'equity-index': 'equity-index', 'dollar-index': 'dollar-index' } as const;
  const read = readDailyCsv(content, { dateColumns: ['date'], columns }, scope);
  const values = read.filter((value) => {
    const reason = whyImpossibleContext(value);
    if (reason !== undefined)
      issues.push({ code: 'implausible', path: '', message: `${reason}; it was dropped` });
    return reason === undefined;
  });
  if (values.length === 0 && issues.length === 0)
    issues.push({ code: 'decode', path: '', message: 'the file holds no rows' });
  return { values, issues };
}

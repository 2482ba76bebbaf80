import type { ContextValue } from '../../core/contextValue.ts';
import type { Issue } from '../../core/issue.ts';
import { matchPath } from '../exchanges/contract.ts';
import { readWhole } from '../exchanges/kit/rowReader.ts';
import {
  whyImpossibleContext,
  type ContextMapScope,
  type ContextProvider,
  type ContextRequest,
} from './contract.ts';

/** A provider's answer as it arrived, with what its request said. */
export interface ContextAnswer {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly receivedAtMs: number;
}

export interface DecodedContext {
  readonly values: readonly ContextValue[];
  readonly issues: readonly Issue[];
}

const MAX_ISSUES = 200;

/** Applies one request's schema and map to an answer. Never throws: what does not fit becomes issues. */
export function applyContextRequest(
  provider: ContextProvider,
  request: ContextRequest<never>,
  answer: ContextAnswer,
): DecodedContext {
  const issues: Issue[] = [];
  const report = (issue: Issue): void => {
    if (issues.length < MAX_ISSUES) issues.push(issue);
  };
  const scope: ContextMapScope = {
    provider: provider.id,
    endpoint: `GET ${answer.path}`,
    params: { ...answer.query, ...matchPath(bare(request.path), bare(answer.path)) },
    receivedAtMs: answer.receivedAtMs,
    report,
  };
  try {
    const payload = readWhole(answer.body, request.schema, '', scope);
    if (payload === undefined) return { values: [], issues };
    const values = request.map(payload, scope).filter((value) => {
      const reason = whyImpossibleContext(value);
      if (reason !== undefined)
        report({ code: 'implausible', path: '', message: `${reason}; it was dropped` });
      return reason === undefined;
    });
    if (values.length === 0 && issues.length === 0)
      report({ code: 'decode', path: '', message: 'the answer holds no values for this request' });
    return { values, issues };
  } catch (error) {
    report({ code: 'decode', path: '', message: `the answer could not be read: ${String(error)}` });
    return { values: [], issues };
  }
}

/** Without slashes at its end: documentation writes paths with and without. */
const bare = (path: string): string => path.replace(/\/+$/, '');

/** Finds what a provider makes of an answer by its path, and decodes it; an unused endpoint gives `unsupported`. */
export function decodeContextAnswer(provider: ContextProvider, answer: ContextAnswer): DecodedContext {
  const fits = ({ path, accepts }: ContextRequest<never>): boolean =>
    matchPath(bare(path), bare(answer.path)) !== undefined && (accepts?.(answer.query) ?? true);
  const request = provider.requests.find(fits);
  if (request === undefined) {
    const message = `Perpscope does not use GET ${answer.path} of ${provider.displayName}`;
    return { values: [], issues: [{ code: 'unsupported', path: '', message }] };
  }
  const rejection = provider.rejection(answer.body);
  if (rejection === undefined) return applyContextRequest(provider, request, answer);
  const message = `${provider.displayName} answered ${rejection.code}: ${rejection.message}`;
  return { values: [], issues: [{ code: 'venue-rejected', path: '', message }] };
}

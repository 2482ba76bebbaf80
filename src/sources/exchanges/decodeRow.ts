import type { ZodType } from 'zod';
import { isRecord } from './kit/field.ts';
import type { MapContext } from './mapContext.ts';

/** Where the decoders tell what is wrong with a row. */
export type Reporting = Pick<MapContext, 'report'>;

const describe = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');

/** A copy of a value without the field at a path; of a list that holds the fault, the whole list. */
function withoutField(value: unknown, path: readonly PropertyKey[]): unknown {
  const [key, next] = path;
  if (key === undefined || !isRecord(value)) return value;
  const isInside = next !== undefined && isRecord(value[String(key)]);
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (name !== String(key)) return [[name, one]];
    return isInside ? [[name, withoutField(one, path.slice(1))]] : [];
  });
  return Object.fromEntries(entries);
}

/**
 * Decodes one row, or a whole answer. A field that fails is reported and, where it is optional, left out while the
 * rest is kept; a required field that fails drops the row. `path` locates the row in the payload.
 */
export function decodeRow<T>(
  row: unknown,
  schema: ZodType<T>,
  path: string,
  context: Reporting,
): T | undefined {
  const first = schema.safeParse(row);
  if (first.success) return first.data;
  for (const issue of first.error.issues) {
    context.report({
      code: 'decode',
      path: `${path}${describe(issue.path)}`.replace(/^\./, ''),
      message: issue.message,
    });
  }
  if (!isRecord(row)) return undefined;
  const rest = first.error.issues.reduce<unknown>((kept, issue) => withoutField(kept, issue.path), row);
  const second = schema.safeParse(rest);
  return second.success ? second.data : undefined;
}

import type { ZodType } from 'zod';
import { decodeRow } from './decodeRow.ts';
import type { Field } from './kit/field.ts';
import { readWhole, type Reporting } from './kit/rowReader.ts';

/** How the answer to a poll, or a frame, is read. */
export type PollSchema<P> = Field<P> | (() => ZodType<P>);

/** Reads an answer or a frame; undefined, with issues, where it cannot be used. */
export function readPayload<P>(body: unknown, schema: PollSchema<P>, context: Reporting): P | undefined {
  return typeof schema === 'function'
    ? decodeRow(body, schema(), '', context)
    : readWhole(body, schema, '', context);
}

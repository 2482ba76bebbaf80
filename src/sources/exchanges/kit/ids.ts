import { NO, received, type Field } from './field.ts';
import { optional, text } from './fields.ts';
import { either } from './payloads.ts';

/** A whole number that JSON carries exactly, as text. */
const wholeNumber: Field<string> = {
  read: (value) => (Number.isSafeInteger(value) ? String(value) : NO),
  faults: (value) => (Number.isSafeInteger(value) ? [] : [received('int', value)]),
};

/** An id as text, where there is one: exchanges write them as texts and as numbers. */
export const idText = optional(either(text, wholeNumber));

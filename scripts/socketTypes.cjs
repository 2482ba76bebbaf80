/**
 * How undici's WebSocket takes what it is given. The build puts it in place of the conversions that browsers owe to every page: here
 * one caller hands over an address, texts and bytes of the right types, and all it needs is that they arrive as they are.
 */
'use strict';

const { markAsUncloneable = () => {} } = require('node:worker_threads');
const { Blob } = require('node:buffer');
const { isAnyArrayBuffer } = require('node:util').types;

const asItIs = (value) => value;
const OBJECT = 1;

/** A dictionary of the known keys, with what is usual for those that are absent. */
const dictionaryConverter = (keys) => (given) => {
  const dictionary = {};
  for (const { key, converter, defaultValue } of keys) {
    const value = given?.[key] ?? defaultValue?.();
    if (value !== undefined) dictionary[key] = value === null ? null : converter(value);
  }
  return dictionary;
};

exports.webidl = {
  converters: {
    any: asItIs,
    boolean: Boolean,
    DOMString: String,
    USVString: (value) => String(value).toWellFormed(),
    'unsigned short': (value) => Math.min(65_535, Math.max(0, Math.round(value))),
    'unsigned long': Number,
    EventHandlerNonNull: (handler) => (typeof handler === 'function' ? handler : null),
  },
  dictionaryConverter,
  interfaceConverter: () => asItIs,
  sequenceConverter: (converter) => (values) => Array.from(values, (value) => converter(value)),
  nullableConverter: (converter) => (value) => (value === null ? null : converter(value)),
  argumentLengthCheck() {},
  brandCheck() {},
  attributes: {},
  is: {
    Blob: (value) => value instanceof Blob,
    BufferSource: (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value),
    FormData: () => false,
  },
  util: {
    markAsUncloneable,
    Type: (value) => (typeof value === 'object' && value !== null ? OBJECT : 0),
    Types: { OBJECT },
  },
};

/** The text without white space at the ends that are named. */
exports.removeHTTPWhitespace = (text, leading = true, trailing = true) => {
  const begun = leading ? text.replace(/^[\r\n\t ]+/, '') : text;
  return trailing ? begun.replace(/[\r\n\t ]+$/, '') : begun;
};

exports.URLSerializer = ({ href }) => href;

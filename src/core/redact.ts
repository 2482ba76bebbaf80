import type { Logger } from './logger.ts';

/** What stands where a key was. */
export const REDACTED = '[key removed]';

/** Shorter texts would be found in ordinary words. */
const SHORTEST = 4;

/** Takes known secrets out of texts, however they are written: plain, in an address, in JSON, in Base64. */
export class Redactor {
  readonly #forms = new Set<string>();

  /** Learns a secret. One of less than four characters is not looked for. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const json = JSON.stringify(secret).slice(1, -1);
    const base64 = btoa(unescapedLatin(secret));
    for (const form of [secret, encodeURIComponent(secret), json, base64]) this.#forms.add(form);
  }

  /** Returns the text without any secret that is known. */
  redact(text: string): string {
    let clean = text;
    // The longest first: a form may hold another.
    for (const form of [...this.#forms].sort((a, b) => b.length - a.length))
      clean = clean.replaceAll(form, REDACTED);
    return clean;
  }
}

/** btoa takes Latin-1 only; other characters are written as the bytes they have in UTF-8. */
function unescapedLatin(secret: string): string {
  return String.fromCharCode(...new TextEncoder().encode(secret));
}

/** Returns a logger through which no known secret passes. */
export function redactingLogger(logger: Logger, redactor: Redactor): Logger {
  return {
    debug: (message) => logger.debug(redactor.redact(message)),
    info: (message) => logger.info(redactor.redact(message)),
    warn: (message) => logger.warn(redactor.redact(message)),
    error: (message) => logger.error(redactor.redact(message)),
  };
}

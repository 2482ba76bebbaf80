/** What can be made to go wrong with the answers of a host of files. */
export type DumpFault =
  /** The file is not there, or the host refuses. */
  | { readonly kind: 'not-found' | 'unavailable' }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds?: number }
  /** The connection ends in the middle of the body. */
  | { readonly kind: 'truncated' }
  /** A file that was cut before it was served: its length fits what is sent. */
  | { readonly kind: 'cut' }
  /** One byte in the middle is another one. */
  | { readonly kind: 'flipped' }
  /** The checksum beside the file is that of another one. */
  | { readonly kind: 'wrong-checksum' }
  /** A page of some gateway in place of the file, with status 200. */
  | { readonly kind: 'page' }
  /** Nothing comes for a while, then all of it. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** The body comes piece by piece. */
  | { readonly kind: 'drip'; readonly pieceBytes: number; readonly everyMs: number }
  /** The head and half of the body come, then nothing more. */
  | { readonly kind: 'stalled' };

/** A fault and what it befalls. */
export interface SetDumpFault {
  /** A path, or what it must match; `wrong-checksum` is set at the path of the file that the checksum stands beside. */
  readonly at: string | RegExp;
  readonly fault: DumpFault;
  /** How many answers; all unless stated. */
  readonly times?: number;
}

/** The faults that are set. The one set last is asked first. */
export class FaultSwitches {
  #set: { readonly at: string | RegExp; readonly fault: DumpFault; left: number }[] = [];

  set({ at, fault, times = Number.POSITIVE_INFINITY }: SetDumpFault): void {
    this.#set.unshift({ at, fault, left: times });
  }

  clear(): void {
    this.#set = [];
  }

  /** Returns the fault that befalls an answer, which uses it up where it is set for some alone. */
  take(path: string): DumpFault | undefined {
    const found = this.#set.find(({ at, fault, left }) => left > 0 && isAbout(at, path, fault));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}

const CHECKSUM = /\.CHECKSUM$/;

function isAbout(at: string | RegExp, path: string, { kind }: DumpFault): boolean {
  const isOfFile = kind === 'wrong-checksum';
  if (isOfFile && !CHECKSUM.test(path)) return false;
  const own = isOfFile ? path.replace(CHECKSUM, '') : path;
  return typeof at === 'string' ? at === own : at.test(own);
}

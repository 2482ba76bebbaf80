export interface ReadWhileWritten {
  readonly looks: number;
  readonly rows: number;
  readonly written: number;
  /** How many blocks rows were folded into meanwhile. */
  readonly blocks: number;
  /** What each reader that failed wrote. */
  readonly errors: readonly string[];
}

export function readWhileWriting(seconds: number, readers: number): Promise<ReadWhileWritten>;

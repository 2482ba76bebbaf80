export interface Explained {
  readonly exchange: string;
  readonly client: string;
  readonly method: string;
  readonly field: string;
  readonly contract?: string;
  readonly ratio?: number;
  readonly says?: string;
  readonly rare?: boolean;
  readonly who: string;
  readonly why: string;
}
export interface Difference {
  readonly exchange: string;
  readonly client: string;
  readonly method: string;
  readonly field: string;
  readonly contract: string;
  readonly value: unknown;
  readonly product?: unknown;
  readonly ways?: Readonly<Record<string, unknown>>;
}
export function readExplained(): Explained[];
export function compareExplained(
  differences: readonly Difference[],
  entries: readonly Explained[],
): { unexplained: Difference[]; idle: Explained[] };

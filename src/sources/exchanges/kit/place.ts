/** Where a row stands in its payload. It becomes a text only where something is told of it. */
export class Place {
  #list: string;
  #index = 0;

  constructor(list: string) {
    this.#list = list;
  }

  /** Moves on to another row; returns itself. */
  moveTo(index: number, list = this.#list): this {
    this.#index = index;
    this.#list = list;
    return this;
  }

  /** The place of a field of the row. */
  of(field: string): string {
    return `${this.#list}[${this.#index}].${field}`;
  }

  toString(): string {
    return `${this.#list}[${this.#index}]`;
  }
}

/** A place, or the text of one. */
export type Path = string | Place;

/** The place of a field, or of the row itself where none is named, as a text. */
export function pathOf(path: Path, field = ''): string {
  const row = typeof path === 'string' ? path : path.toString();
  return field === '' || row === '' ? `${row}${field}` : `${row}.${field}`;
}

/** Where a row stands in its payload. It becomes a text only where something is told of it. */
export class Place {
  #list: string;
  #index: number;
  readonly #field: string;

  constructor(list: string, index = 0, field = '') {
    this.#list = list;
    this.#index = index;
    this.#field = field;
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

  /** As `of`, for who tells of it only where something is wrong: no text is made of it before. */
  in(field: string): Place {
    return new Place(this.#list, this.#index, field);
  }

  toString(): string {
    const row = `${this.#list}[${this.#index}]`;
    return this.#field === '' ? row : `${row}.${this.#field}`;
  }
}

/** A place, or the text of one. */
export type Path = string | Place;

/** The place of a field, or of the row itself where none is named, as a text. */
export function pathOf(path: Path, field = ''): string {
  const row = typeof path === 'string' ? path : path.toString();
  return field === '' || row === '' ? `${row}${field}` : `${row}.${field}`;
}

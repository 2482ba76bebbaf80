import { instrumentKey, type ExchangeId } from '../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import type { ExchangeAdapter } from './contract.ts';
import type { Path } from './kit/place.ts';
import { subjectOf } from './kit/subject.ts';
import type { ListCorrections } from './listCorrections.ts';
import type { MapContext, Params, Reading, SideStatement, Subject } from './mapContext.ts';

/** The known instruments of all exchanges, by key. */
export type InstrumentTable = ReadonlyMap<string, Instrument>;

const MAX_ISSUES = 200;

/** What is read: a poll, or a channel. */
export interface Read extends Reading {
  readonly about?: InstrumentKind;
}

/**
 * What a `map` knows besides its payload, and what it tells. Of a channel one serves all frames, so that who a symbol is need
 * not be found out again for each of them.
 */
export class AnswerContext implements MapContext {
  readonly exchange: ExchangeId;
  readonly endpoint: string;
  readonly market?: 'spot';
  params: Params = {};
  receivedAtMs = 0;
  issues: Issue[] = [];
  statements: SideStatement[] = [];
  readonly #read: Read;
  readonly #parser: Required<Pick<Reading, 'parseSymbol'>>;
  /** By what was asked for, then by what is named: frames of a channel come for one topic, then for another. */
  readonly #asked = new Map<string | undefined, Map<string | undefined, Subject>>();
  #subjects = new Map<string | undefined, Subject>();
  #count = 0;
  #instruments: InstrumentTable;
  #corrections: ListCorrections;
  #version: number;
  #requested: string | undefined;

  constructor(
    adapter: ExchangeAdapter,
    read: Read,
    endpoint: string,
    instruments: InstrumentTable,
    corrections: ListCorrections,
  ) {
    this.exchange = adapter.id;
    this.endpoint = endpoint;
    if (read.about === 'spot') this.market = 'spot';
    this.#read = read;
    this.#parser =
      read.parseSymbol === undefined ? adapter : (read as Required<Pick<Reading, 'parseSymbol'>>);
    this.#instruments = instruments;
    this.#corrections = corrections;
    this.#version = corrections.version;
  }

  /** Begins with another answer or frame. */
  begin(params: Params, receivedAtMs: number): void {
    this.params = params;
    this.receivedAtMs = receivedAtMs;
    this.issues = [];
    this.statements = [];
    const { asks } = this.#read;
    const requested =
      typeof asks === 'function' ? asks(params) : asks === undefined ? undefined : params[asks];
    if (requested === this.#requested) return;
    this.#requested = requested;
    this.#subjects = this.#subjectsOf(requested);
  }

  /** Reads symbols by what is known now. */
  knowing(instruments: InstrumentTable, corrections: ListCorrections): void {
    const isSame =
      this.#instruments === instruments &&
      this.#corrections === corrections &&
      this.#version === corrections.version;
    if (isSame) return;
    this.#instruments = instruments;
    this.#corrections = corrections;
    this.#version = corrections.version;
    this.#forget();
  }

  instrument(venueSymbol: string): Instrument | undefined {
    const key = instrumentKey(this.exchange, venueSymbol, this.market);
    return this.#corrections.of(this.#instruments.get(key));
  }

  subject(named: string | undefined, path: Path): Subject | undefined {
    const known = this.#subjects.get(named);
    if (known !== undefined) return known;
    const who = subjectOf(this.#parser, this, named, this.#requested, path);
    if (who === undefined) return undefined;
    // A stream may name anything: what is remembered is bounded by what a list can hold.
    if (this.#count >= MAX_SUBJECTS) this.#forget();
    this.#subjects.set(named, who);
    this.#count += 1;
    return who;
  }

  report(issue: Issue): void {
    // What a row proves against the list holds for the rows after it.
    if (issue.listed !== undefined) this.#forget();
    this.#corrections.note(issue, (key) => this.#instruments.get(key));
    this.#version = this.#corrections.version;
    if (this.issues.length < MAX_ISSUES) this.issues.push(issue);
  }

  stateSides(statement: SideStatement): void {
    this.statements.push(statement);
  }

  #subjectsOf(requested: string | undefined): Map<string | undefined, Subject> {
    if (this.#asked.size >= MAX_SUBJECTS) this.#asked.clear();
    let own = this.#asked.get(requested);
    if (own === undefined) this.#asked.set(requested, (own = new Map()));
    return own;
  }

  #forget(): void {
    this.#asked.clear();
    this.#count = 0;
    this.#subjects = this.#subjectsOf(this.#requested);
  }
}

const MAX_SUBJECTS = 5_000;

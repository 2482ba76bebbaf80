import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue, ListedFault } from '../../core/issue.ts';

interface Correction {
  readonly exchange: ExchangeId;
  readonly fault: ListedFault;
  /** What the list said when the payload contradicted it. */
  readonly listed: string;
}

/**
 * What payloads have proved against the lists of instruments since these were read. Adapters keep no state, and a push
 * that holds a rate alone says nothing of its interval: what an earlier payload proved stands here until the list says
 * something else than it did then. What was only shown to be wrong is unknown until the list is read again.
 */
export class ListCorrections {
  readonly #byFault = new Map<string, Correction>();
  #version = 0;

  /** Grows whenever something else is known of an instrument than before. */
  get version(): number {
    return this.#version;
  }

  /** Takes note of the contradictions among the issues of one payload; `listed` is the instrument as its list has it. */
  note(issue: Issue, listed: (key: InstrumentKey) => Instrument | undefined): void {
    const fault = issue.listed;
    const instrument = fault === undefined ? undefined : listed(fault.instrument);
    if (fault === undefined || instrument === undefined) return;
    const id = `${fault.instrument} ${fault.field}`;
    this.#version += 1;
    // A later payload that agrees with the list again ends the matter.
    if (fault.value !== undefined && fault.value === valueOf(instrument, fault.field))
      this.#byFault.delete(id);
    else
      this.#byFault.set(id, { exchange: instrument.exchange, fault, listed: said(instrument, fault.field) });
  }

  /** Returns the instrument as known now; undefined where the size of its contract is in doubt, so that nothing is converted. */
  of(instrument: Instrument | undefined): Instrument | undefined {
    if (instrument === undefined || this.#byFault.size === 0) return instrument;
    const interval = this.#of(instrument, 'fundingIntervalMs');
    const bounds = this.#of(instrument, 'fundingBounds');
    const size = this.#of(instrument, 'contractSize');
    if (interval === undefined && bounds === undefined && size === undefined) return instrument;
    if (size !== undefined && size.value === undefined) return undefined;
    const { fundingIntervalMs, fundingCap, fundingFloor, ...rest } = instrument;
    const intervalMs = interval === undefined ? fundingIntervalMs : interval.value;
    return {
      ...rest,
      ...(size?.value === undefined ? {} : { contractSize: { ...rest.contractSize, amount: size.value } }),
      ...(intervalMs === undefined ? {} : { fundingIntervalMs: intervalMs }),
      ...(bounds !== undefined || fundingCap === undefined ? {} : { fundingCap }),
      ...(bounds !== undefined || fundingFloor === undefined ? {} : { fundingFloor }),
    };
  }

  /** Whether a payload of this exchange contradicts its list, so that the list must be read again. */
  isListInDoubt(exchange: ExchangeId): boolean {
    return [...this.#byFault.values()].some((one) => one.exchange === exchange);
  }

  /**
   * The list was read again: what it says now goes before what was only known to be wrong, and before what was proved
   * against another statement. What payloads proved stands against a list that repeats itself.
   */
  listWasRead(exchange: ExchangeId, instruments: ReadonlyMap<string, Instrument>): void {
    this.#version += 1;
    for (const [id, one] of this.#byFault) {
      if (one.exchange !== exchange) continue;
      const instrument = instruments.get(one.fault.instrument);
      const isRepeated = instrument !== undefined && said(instrument, one.fault.field) === one.listed;
      if (one.fault.value === undefined || !isRepeated) this.#byFault.delete(id);
    }
  }

  #of(instrument: Instrument, field: ListedFault['field']): ListedFault | undefined {
    const one = this.#byFault.get(`${instrument.key} ${field}`);
    return one !== undefined && one.listed === said(instrument, field) ? one.fault : undefined;
  }
}

function valueOf(instrument: Instrument, field: ListedFault['field']): number | undefined {
  if (field === 'fundingIntervalMs') return instrument.fundingIntervalMs;
  return field === 'contractSize' ? instrument.contractSize.amount : undefined;
}

/** What the list says of a field, as a text that can be compared. */
function said(instrument: Instrument, field: ListedFault['field']): string {
  if (field === 'fundingBounds') return `${String(instrument.fundingFloor)} ${String(instrument.fundingCap)}`;
  return field === 'status' ? instrument.status : String(valueOf(instrument, field));
}

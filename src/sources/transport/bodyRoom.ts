/** A body up to this size needs no room: most answers are smaller. */
export const SMALL_BODY_BYTES = 65_536;
/**
 * Of one host: two answers about an instrument at once, or one list. What waits is received by the system meanwhile, so
 * that waiting costs little time.
 */
export const HOST_ROOM_BYTES = 2 * 1_048_576;
/** Of all hosts together: what one body has beyond the room of its host. */
export const SHARED_ROOM_BYTES = 6 * 1_048_576;

interface Claim {
  readonly bytes: number;
  readonly granted: () => void;
}

/**
 * The memory that larger bodies may fill at once. Who has its room can always finish, so nobody waits for ever. Each host
 * has one of its own, so that a host that fills it keeps no other waiting; the few bodies that are larger than that share
 * another one.
 */
export class BodyRoom {
  readonly #capacityBytes: number;
  readonly #held = new Set<Claim>();
  readonly #waiting = new Set<Claim>();
  #heldBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  /** Bytes that are promised at present. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Asks for room and calls `granted` when it is there, perhaps at once. More than there is at all is had alone. Returns
   * what gives it back, or takes the wish back.
   */
  claim(bytes: number, granted: () => void): () => void {
    const claim: Claim = { bytes, granted };
    this.#waiting.add(claim);
    this.#grant();
    return () => {
      this.#waiting.delete(claim);
      if (this.#held.delete(claim)) this.#heldBytes -= bytes;
      // Not at once: who gives room back may be in the midst of reading, where no other may go on.
      queueMicrotask(() => this.#grant());
    };
  }

  /** In order of asking: a large one is not passed over for ever. */
  #grant(): void {
    for (const claim of this.#waiting) {
      if (this.#heldBytes > 0 && this.#heldBytes + claim.bytes > this.#capacityBytes) return;
      this.#waiting.delete(claim);
      this.#held.add(claim);
      this.#heldBytes += claim.bytes;
      claim.granted();
    }
  }
}

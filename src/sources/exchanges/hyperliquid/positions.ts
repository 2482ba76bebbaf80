import { NO } from '../kit/field.ts';
import { decimal, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';

/** `clearinghouseState` of one wallet. Positive `szi` is a long, negative a short, in coins. */
const STATE = object({ assetPositions: rows });
const POSITION = object({ position: object({ coin: text, szi: decimal }) });

/** Longs and shorts of a coin among some wallets, in coins. `unread` counts what could not be read. */
export interface WalletPositions {
  readonly longBase: number;
  readonly shortBase: number;
  readonly wallets: number;
  readonly unread: number;
}

/**
 * Sums the positions of a coin over answers to `clearinghouseState`, one per distinct wallet. For checking whether the
 * stated open interest counts one side; Perpscope asks no wallet by itself. What cannot be read is
 * counted and left out, so the sums are lower bounds. Never throws.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
 */
export function sumWalletPositions(answers: readonly unknown[], coin: string): WalletPositions {
  let [longBase, shortBase, unread] = [0, 0, 0];
  for (const answer of answers) {
    const state = STATE.read(answer);
    if (state === NO) {
      unread += 1;
      continue;
    }
    for (const raw of state.assetPositions) {
      const row = POSITION.read(raw);
      if (row === NO) unread += 1;
      else if (row.position.coin === coin) {
        const size = row.position.szi;
        if (size > 0) longBase += size;
        else shortBase -= size;
      }
    }
  }
  return { longBase, shortBase, wallets: answers.length, unread };
}

import * as z from 'zod';
import { instrumentKey } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { decodeRows, epochMs, optional, optionalNonZero, positive, text } from '../decode.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { answer, DOCS, parseSymbol, perTwoSeconds } from './shared.ts';

const PATH = '/api/v5/public/instruments';

export const instruments = defineInstrumentPoll({
  id: 'okx/instruments',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}#public-data-rest-api-get-instruments`,
  weight: 1,
  scope: perTwoSeconds(PATH, 20),
  requests: () =>
    ['SWAP', 'FUTURES'].map((instType) => ({ method: 'GET' as const, path: PATH, query: { instType } })),
  schema: answer,
  map(payload, context) {
    const schema = z.object({
      instType: text,
      instId: text,
      ctType: optional(text),
      ctVal: optional(positive),
      ctMult: optional(positive),
      lotSz: z.unknown().optional(),
      ctValCcy: optional(text),
      settleCcy: optional(text),
      expTime: optionalNonZero(epochMs),
      state: optional(text),
    });
    const derivatives = payload.data.filter((row) => {
      const instType = (row as { instType?: unknown } | null)?.instType;
      return instType !== 'SPOT' && instType !== 'MARGIN' && instType !== 'OPTION';
    });
    if (derivatives.length < payload.data.length) {
      const message = 'spot, margin and option instruments are not read';
      context.report({ code: 'unsupported', path: 'data', message });
    }
    return decodeRows(derivatives, schema, 'data', context).flatMap((row): Instrument[] => {
      const parts = parseSymbol(row.instId);
      const { ctVal, ctMult, ctType, settleCcy } = row;
      const isKnownType = ctType === 'linear' || ctType === 'inverse';
      if (parts === undefined || parts.kind === 'spot' || !isKnownType || settleCcy === undefined) {
        const message = `${row.instId} is not a contract that Perpscope can read`;
        context.report({ code: 'unsupported', path: 'data', message });
        return [];
      }
      if (ctVal === undefined || ctMult === undefined) {
        const message = `the contract size of ${row.instId} is not stated (ctVal, ctMult)`;
        context.report({ code: 'unknown-instrument', path: 'data', message });
        return [];
      }
      // ctValCcy is the coin of linear contracts and the quote currency of inverse ones; ctType says the same.
      const isInBase =
        row.ctValCcy === undefined ? ctType === 'linear' : row.ctValCcy === row.instId.split('-')[0];
      const contractSize = { amount: ctVal * ctMult, unit: isInBase ? 'base' : 'quote' } as const;
      const instrument = {
        key: instrumentKey('okx', row.instId), exchange: 'okx', venueSymbol: row.instId,
        baseAsset: parts.baseAsset, quoteAsset: parts.quoteAsset, settleAsset: settleCcy,
        kind: row.instType === 'SWAP' ? 'perpetual' : 'dated-future', margin: ctType,
        contractSize, lotSize: lotSizeOf(row.lotSz, contractSize),
        expiresAtMs: row.instType === 'SWAP' ? undefined : row.expTime,
        status: row.state === 'live' ? 'trading' : 'not-trading',
      }; // prettier-ignore
      return [defined(instrument) as Instrument];
    });
  },
});

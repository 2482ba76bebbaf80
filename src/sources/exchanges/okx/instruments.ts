import { LIST_ANSWER } from '../../../core/answerBounds.ts';
import { instrumentKey } from '../../../core/ids.ts';
import type { AssetClass, Instrument } from '../../../core/instrument.ts';
import { assetClassBy, closedList, withClosedLists } from '../closedList.ts';
import { defineInstrumentPoll } from '../contract.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { anything, epochMs, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { lotSizeOf } from '../lotSize.ts';
import { defined } from '../mapping.ts';
import { answer, DOCS, parseSymbol, perTwoSeconds } from './shared.ts';

const PATH = '/api/v5/public/instruments';

const INST_TYPES = closedList<Instrument['kind']>(
  'instType',
  { SWAP: 'perpetual', FUTURES: 'dated-future' },
  ['SPOT', 'MARGIN', 'OPTION', 'EVENTS'],
);

/** `xperp`: a perpetual with funding that is listed among the dated contracts and states a date years ahead. */
const RULES = closedList<'by-type' | 'perpetual'>('ruleType', {
  normal: 'by-type', pre_market: 'by-type', rebase_contract: 'by-type', xperp: 'perpetual',
}); // prettier-ignore

const CONTRACT_TYPES = closedList<Instrument['margin']>('ctType', { linear: 'linear', inverse: 'inverse' });

const STATES = closedList<Instrument['status']>(
  'state',
  {
    live: 'trading', suspend: 'not-trading', preopen: 'not-trading', test: 'not-trading', rebase: 'not-trading',
    post_only: 'not-trading', settling: 'not-trading', expired: 'not-trading',
  },
  [],
  'not followed',
); // prettier-ignore

/** 6 are bonds. */
const CATEGORIES = closedList<AssetClass>(
  'instCategory',
  { '1': 'crypto', '3': 'equity', '4': 'commodity', '5': 'forex', '6': 'other' },
  [],
  'taken for no coin',
);

const CONTRACT = rowReader({
  instType: text,
  ruleType: optional(text),
  instCategory: optional(text),
  instId: text,
  ctType: optional(text),
  ctVal: optional(positive),
  ctMult: optional(positive),
  lotSz: anything,
  ctValCcy: optional(text),
  settleCcy: optional(text),
  expTime: optionalNonZero(epochMs),
  state: optional(text),
});

export const instruments = defineInstrumentPoll({
  id: 'okx/instruments',
  method: 'GET',
  path: PATH,
  docsUrl: `${DOCS}#public-data-rest-api-get-instruments`,
  weight: 1,
  bounds: LIST_ANSWER,
  scope: perTwoSeconds(PATH, 20),
  requests: () =>
    ['SWAP', 'FUTURES'].map((instType) => ({ method: 'GET' as const, path: PATH, query: { instType } })),
  schema: answer,
  map(payload, context) {
    return withClosedLists(context, { path: 'data', things: 'contracts' }, (read) => {
      // What is no contract has other fields: it is told apart before the row is read.
      const derivatives = payload.data.filter((row) => {
        const stated = isRecord(row) ? plainText(row['instType']).slice(0, 64) : '';
        return (
          stated === '' ||
          read(INST_TYPES, stated, plainText((row as Record<string, unknown>)['instId'])) !== undefined
        );
      });
      return CONTRACT.list(derivatives, 'data', context).flatMap((row): Instrument[] => {
        const parts = parseSymbol(row.instId);
        const { ctVal, ctMult, settleCcy } = row;
        const margin = read(CONTRACT_TYPES, row.ctType, row.instId);
        const rule = row.ruleType === undefined ? 'by-type' : read(RULES, row.ruleType, row.instId);
        if ((margin === undefined && row.ctType !== undefined) || rule === undefined) return [];
        if (parts === undefined || parts.kind === 'spot' || margin === undefined || settleCcy === undefined) {
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
          row.ctValCcy === undefined ? margin === 'linear' : row.ctValCcy === row.instId.split('-')[0];
        const isPerpetual = rule === 'perpetual' || row.instType === 'SWAP';
        const contractSize = { amount: ctVal * ctMult, unit: isInBase ? 'base' : 'quote' } as const;
        const instrument = {
        key: instrumentKey('okx', row.instId), exchange: 'okx', venueSymbol: row.instId,
        baseAsset: parts.baseAsset, quoteAsset: parts.quoteAsset, settleAsset: settleCcy,
        kind: isPerpetual ? 'perpetual' : 'dated-future', margin, assetClass: assetClassBy(read, CATEGORIES, row.instCategory, row.instId),
        contractSize, lotSize: lotSizeOf(row.lotSz, contractSize),
        expiresAtMs: isPerpetual ? undefined : row.expTime,
        status: row.state === undefined ? 'not-trading' : (read(STATES, row.state, row.instId) ?? 'unknown'),
      } as const; // prettier-ignore
        return [defined(instrument) as Instrument];
      });
    });
  },
});

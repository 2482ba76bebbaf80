import { binanceDeep, binanceNotByPage } from './binance/deep.ts';
import { bitgetDeep, bitgetNotByPage } from './bitget/deep.ts';
import { bybitDeep, bybitNotByPage } from './bybit/deep.ts';
import type { DeepPages, NotByPage } from './deepPages.ts';
import { deribitNotByPage, deribitDeep } from './deribit/deep.ts';
import { gateDeep, gateNotByPage } from './gate/deep.ts';
import { htxNotByPage, htxDeep } from './htx/deep.ts';
import { hyperliquidNotByPage, hyperliquidDeep } from './hyperliquid/deep.ts';
import { krakenFuturesNotByPage, krakenFuturesDeep } from './krakenFutures/deep.ts';
import { okxDeep, okxNotByPage } from './okx/deep.ts';

/** Every history that is asked for page by page. */
export const deepPages: readonly DeepPages[] = [
  ...binanceDeep,
  ...okxDeep,
  ...bybitDeep,
  ...bitgetDeep,
  ...gateDeep,
  ...deribitDeep,
  ...hyperliquidDeep,
  ...krakenFuturesDeep,
  ...htxDeep,
];

/** What cannot be asked for page by page, and why. */
export const notByPage: readonly NotByPage[] = [
  ...binanceNotByPage,
  ...okxNotByPage,
  ...bybitNotByPage,
  ...bitgetNotByPage,
  ...gateNotByPage,
  ...deribitNotByPage,
  ...hyperliquidNotByPage,
  ...krakenFuturesNotByPage,
  ...htxNotByPage,
];

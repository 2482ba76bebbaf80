import { plainText } from '../../core/outsideText.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../market/snapshot.ts';

/** Exchanges that are in the same trouble, and the words for it. */
export interface TroubleGroup {
  readonly exchanges: readonly string[];
  readonly assets: readonly string[];
  /** Nothing of them could be read. */
  readonly isFailed: boolean;
  /** The reason, with the status where something was read; safe to show on a terminal. */
  readonly words: string;
}

const isTroubled = ({ status, failedRequests }: ExchangeSnapshot): boolean =>
  status === 'failed' || status === 'limited' || failedRequests > 0;

/** Returns the exchanges that did not answer, or not everything. Where several share a reason it is said once. */
export function troubleGroups(assets: readonly AssetSnapshot[]): TroubleGroup[] {
  const found = assets.flatMap(({ asset, exchanges }) =>
    exchanges.filter(isTroubled).map((exchange) => ({ asset, exchange })),
  );
  const perExchange = Map.groupBy(found, ({ exchange }) => `${exchange.exchange} ${sharedWords(exchange)}`);
  const groups = Map.groupBy(
    [...perExchange.values()].map((own) => ({ own, about: own.map(({ asset }) => asset) })),
    ({ own, about }) => `${own[0] === undefined ? '' : sharedWords(own[0].exchange)} ${about.join()}`,
  );
  return [...groups.values()].map((members) => {
    const exchanges = members.flatMap(({ own }) => own.slice(0, 1).map((one) => one.exchange));
    const [first] = exchanges;
    return {
      exchanges: exchanges.map(({ displayName }) => displayName),
      assets: members[0]?.about ?? [],
      isFailed: first?.status === 'failed',
      words: first === undefined ? '' : exchanges.length === 1 ? ownWords(first) : sharedWords(first),
    };
  });
}

/** Returns one line for each group: BTC could not be read on Binance, OKX: failed, cannot be reached: the host name is not known. */
export function troubleLines(assets: readonly AssetSnapshot[]): string[] {
  return troubleGroups(assets).map(
    ({ exchanges, assets: about, isFailed, words }) =>
      `${about.join(', ')} could not be read ${isFailed ? '' : 'in full '}on ${exchanges.join(', ')}: ${words}`,
  );
}

function sharedWords({ status, reason, failure }: ExchangeSnapshot): string {
  return withStatus(status, failure?.what ?? reason);
}

function ownWords({ status, reason }: ExchangeSnapshot): string {
  return withStatus(status, reason);
}

function withStatus(status: ExchangeSnapshot['status'], reason = 'no reason given'): string {
  return plainText(status === 'failed' ? reason : `${status}, ${reason}`);
}

/**
 * Returns what a reader must know first where no exchange of any asset could be reached at the last refresh; undefined
 * otherwise. Older numbers may still be shown.
 */
export function offlineWords(assets: readonly AssetSnapshot[]): string | undefined {
  const exchanges = assets.flatMap((one) => one.exchanges);
  const isOffline =
    exchanges.length > 0 &&
    exchanges.every(
      ({ status, failure }) =>
        status !== 'fresh' && (failure?.code === 'network' || failure?.code === 'timeout'),
    );
  if (!isOffline) return undefined;
  const older = exchanges.some(({ newestAtMs }) => newestAtMs !== undefined);
  return `No exchange could be reached from this machine: check the network or proxy.${older ? ' The numbers are older.' : ''}`;
}

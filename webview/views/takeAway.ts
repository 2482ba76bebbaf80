import type { PanelSide } from '../../src/surfaces/protocol/messages.ts';
import type { ExportedTable, TakenAway } from '../../src/surfaces/protocol/payloads.ts';
import type { RpcPeer } from '../../src/surfaces/protocol/rpc.ts';

/** The editor asks the browser, which may ask the user. */
const COPY_TIMEOUT_MS = 30_000;
/** A user looks for a folder in their own time. */
const SAVE_TIMEOUT_MS = 30 * 60_000;

/** Hands numbers and pictures to the editor. Each returns what became of it in words, undefined where the user thought better of it. */
export interface TakeAway {
  exportTable(how: 'copy' | 'save', table: ExportedTable): Promise<string | undefined>;
  /** `draw` is called at once: what is seen later may be something else. */
  savePicture(what: TakenAway, draw: () => Promise<Uint8Array>): Promise<string | undefined>;
}

/** Makes it for a panel. */
export function createTakeAway(peer: Pick<RpcPeer<PanelSide>, 'call'>): TakeAway {
  const saved = ({ file }: { readonly file?: string }): string | undefined =>
    file === undefined ? undefined : `Saved as ${file}.`;
  return {
    exportTable: (how, table) =>
      inWords(how === 'copy' ? 'copied' : 'saved', async () => {
        if (how === 'save') return saved(await peer.call('saveTable', table, { timeoutMs: SAVE_TIMEOUT_MS }));
        const { rows } = await peer.call('copyTable', table, { timeoutMs: COPY_TIMEOUT_MS });
        return `${rows} ${rows === 1 ? 'row' : 'rows'} copied.`;
      }),
    savePicture: (what, draw) =>
      inWords('saved', async () => {
        const png = await draw();
        return saved(await peer.call('savePicture', { ...what, png }, { timeoutMs: SAVE_TIMEOUT_MS }));
      }),
  };
}

async function inWords(done: string, act: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await act();
  } catch (error) {
    return `Not ${done}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

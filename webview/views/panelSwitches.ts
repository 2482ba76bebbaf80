import type { PanelSide, PanelViewState, TimeWindow } from '../../src/surfaces/protocol/messages.ts';
import type { RpcPeer } from '../../src/surfaces/protocol/rpc.ts';
import { button, element } from '../dom.ts';
import type { TimeAxis } from './timeAxis.ts';

const LINK_HELP = 'Panels that are linked show the same range of time.';
const FOLLOW_HELP =
  'The panel shows the asset that the active editor names at the cursor, of those in the setting perpscope.assets.';

/** Whether a panel shares its range with others, and whether it goes with the editor. */
export interface PanelSwitches {
  readonly root: HTMLElement;
  /** Takes up what was kept, once the host knows the panel. */
  start(): void;
  /** The panel shows another range: those that are linked are told. */
  moved(): void;
  /** Another panel has moved. */
  take(window: TimeWindow): void;
}

const isSame = (one: TimeWindow, other: TimeWindow | undefined): boolean =>
  one.spanMs === other?.spanMs && one.endMs === other?.endMs;

/** Makes the two switches; they are kept with the panel. */
export function createPanelSwitches(
  time: TimeAxis,
  state: () => Required<PanelViewState>,
  keep: (change: Partial<PanelViewState>) => void,
  peer: Pick<RpcPeer<PanelSide>, 'call' | 'emit'>,
  onError: (error: unknown) => void,
): PanelSwitches {
  let shared: TimeWindow | undefined;

  function take(window: TimeWindow): void {
    if (!state().isLinked) return;
    shared = window;
    if (!isSame(time.window(), window)) time.go(window);
  }

  function link(): void {
    peer.call('link', time.window()).then(take).catch(onError);
  }

  const switchOf = (text: string, title: string, onPress: () => void): HTMLButtonElement =>
    button(text, { class: 'toggle', title }, () => {
      onPress();
      show();
    });
  const linked = switchOf('Link range', LINK_HELP, () => {
    keep({ isLinked: !state().isLinked });
    if (state().isLinked) link();
    else peer.emit('unlink', {});
  });
  const following = switchOf('Follow editor', FOLLOW_HELP, () => {
    keep({ isFollowing: !state().isFollowing });
    peer.emit('follow', { isOn: state().isFollowing });
  });
  function show(): void {
    linked.setAttribute('aria-pressed', String(state().isLinked));
    following.setAttribute('aria-pressed', String(state().isFollowing));
  }
  show();

  return {
    root: element('div', { class: 'choice', role: 'group', 'aria-label': 'This panel' }, linked, following),
    start: () => {
      if (state().isLinked) link();
      if (state().isFollowing) peer.emit('follow', { isOn: true });
    },
    moved: () => {
      const window = time.window();
      if (!state().isLinked || isSame(window, shared)) return;
      shared = window;
      peer.emit('range', window);
    },
    take,
  };
}

import type { ValueScale } from '../../src/surfaces/protocol/messages.ts';
import type { PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { choice } from '../dom.ts';
import type { ViewContext } from './chartView.ts';

/** How the values of a chart's lines are shown: as they are, on a logarithmic axis, or as change since the first one shown. */
export interface ScaleChoice {
  readonly root: HTMLElement;
  /** What was chosen. */
  scale(): ValueScale;
  /** Shows what was chosen. */
  show(): void;
}

/** Makes the choice; it is kept for each chart. */
export function createScaleChoice(kind: PanelItem, context: ViewContext, onChoose: () => void): ScaleChoice {
  const scale = (): ValueScale => context.state().valueScales[kind] ?? 'linear';
  const made = choice<ValueScale>(
    'Values',
    [
      { value: 'linear', text: 'Linear' },
      { value: 'log', text: 'Log' },
      { value: 'change', text: '% change' },
    ],
    (value) => {
      context.keep({ valueScales: { ...context.state().valueScales, [kind]: value } });
      made.show(value);
      onChoose();
    },
  );
  return { root: made.root, scale, show: () => made.show(scale()) };
}

import { button, element, setText } from '../dom.ts';
import { SIMULATED_MEANING } from '../models/chartText.ts';
import type { FrameModel } from '../models/frame.ts';
import { badgeElements } from './chartCard.ts';

/** The head of a panel and the places for its messages. */
export interface Frame {
  readonly root: HTMLElement;
  readonly content: HTMLElement;
  showHead(model: FrameModel, isLoading: boolean): void;
  /** Words in place of charts; the empty text takes them away. */
  showMessage(text: string): void;
  /** What went wrong; charts stay as they are. */
  showProblem(text: string): void;
  setBusy(isBusy: boolean): void;
  /** Says something to a screen reader without showing it. */
  announce(text: string): void;
}

/** Makes the frame of a panel. */
export function createFrame(firstTitle: string, onRefresh: () => void): Frame {
  let isBusy = false;
  let isLoading = false;
  let callProblem = '';
  let hostProblem = '';
  const title = element('h1', {}, firstTitle);
  const badges = element('span', { class: 'badges' });
  const regime = element('p', { class: 'regime' });
  const facts = ['time', 'age', 'coverage'].map((name) => element('span', { class: `fact fact-${name}` }));
  const refresh = button('Refresh', { class: 'primary' }, () => {
    if (!isBusy) onRefresh();
  });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const message = element('p', { class: 'message', role: 'status' });
  const announcer = element('p', { class: 'visually-hidden', role: 'status' });
  const content = element('div', {});
  const head = element(
    'header',
    { class: 'panel-head' },
    element(
      'div',
      { class: 'panel-words' },
      element('div', { class: 'panel-title' }, title, badges),
      regime,
      element('p', { class: 'meta facts' }, ...facts),
    ),
    refresh,
  );

  function showBusy(): void {
    const isWorking = isBusy || isLoading;
    setText(refresh, isWorking ? 'Refreshing…' : 'Refresh');
    refresh.setAttribute('aria-disabled', String(isBusy));
  }

  function showProblems(): void {
    setText(problem, callProblem === '' ? hostProblem : callProblem);
  }

  return {
    root: element('div', { class: 'panel' }, head, problem, message, announcer, content),
    content,
    showHead: (model, isLoadingNow) => {
      setText(title, model.title);
      setText(regime, model.regime);
      [model.time, model.age, model.coverage].forEach((text, index) => {
        const fact = facts[index];
        if (fact) setText(fact, text);
      });
      if (model.isSimulated !== badges.hasChildNodes())
        badges.replaceChildren(
          ...badgeElements(model.isSimulated ? [{ text: 'SIMULATED', meaning: SIMULATED_MEANING }] : []),
        );
      hostProblem = model.problem;
      isLoading = isLoadingNow;
      showProblems();
      showBusy();
    },
    showMessage: (text) => setText(message, text),
    showProblem: (text) => {
      callProblem = text;
      showProblems();
    },
    setBusy: (value) => {
      isBusy = value;
      showBusy();
    },
    announce: (text) => setText(announcer, text),
  };
}

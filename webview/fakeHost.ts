import type { Envelope } from '../src/surfaces/protocol/messages.ts';

/** Stands in for the editor in a browser page. Not part of the shipped bundle. */
export interface FakeHost {
  /** What `acquireVsCodeApi` returns. */
  readonly api: { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };
  /** Everything the panel sent, oldest first. */
  readonly received: readonly unknown[];
  state: unknown;
  /** Sends a message to the page, cloned as the editor would. */
  send(message: Envelope): void;
}

/** Makes a fake host; `answer` returns the replies to a message, in order. */
export function createFakeHost(answer: (message: Envelope) => readonly Envelope[]): FakeHost {
  const received: unknown[] = [];
  const fake: FakeHost = {
    received,
    state: undefined,
    api: {
      postMessage: (message) => {
        // Plain data only may cross: what cannot be cloned throws here, as it does in the editor.
        const copy = structuredClone(message);
        received.push(copy);
        setTimeout(() => {
          for (const reply of answer(copy as Envelope)) fake.send(reply);
        });
      },
      getState: () => fake.state,
      setState: (state) => {
        fake.state = structuredClone(state);
      },
    },
    send: (message) => {
      window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }));
    },
  };
  return fake;
}

/** What a panel needs of the editor. One implementation is the editor's own, the other a fake for browsers. */
export interface PanelHost {
  post(message: unknown): void;
  /** Calls the listener with each message from the host; the returned function ends it. */
  onMessage(listener: (data: unknown) => void): () => void;
  getState(): unknown;
  setState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The editor. May be called once in the life of a page; the api object stays inside. */
export function vscodeHost(): PanelHost {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      const onMessage = (event: MessageEvent<unknown>): void => listener(event.data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}

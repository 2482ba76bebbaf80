/**
 * Calls the listener when a pixel of the page becomes more or fewer of the screen: the window moved to another screen,
 * or the editor was zoomed. The returned function ends it. A window that keeps its size gets no `resize` of this.
 */
export function onPixelRatioChange(listener: () => void): () => void {
  let query: MediaQueryList;
  const follow = (): void => {
    // A query is about one ratio: after each change another one is asked.
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', onChange, { once: true });
  };
  const onChange = (): void => {
    follow();
    listener();
  };
  follow();
  return () => query.removeEventListener('change', onChange);
}

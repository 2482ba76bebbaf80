/** Notices when a pixel of the page becomes more or fewer of the screen. */
export interface PixelRatioWatch {
  /** Looks now. Cheap; for moments at which the page is drawn anyway. */
  check(): void;
  dispose(): void;
}

/**
 * Calls the listener when the window has moved to another screen or the editor was zoomed. A window that keeps its size
 * gets no `resize` of this, and the event of the media query comes late or never where nothing else is drawn.
 */
export function watchPixelRatio(listener: () => void): PixelRatioWatch {
  let ratio = devicePixelRatio;
  let query: MediaQueryList | undefined;
  const follow = (): void => {
    query?.removeEventListener('change', check);
    // A query is about one ratio: after each change another one is asked.
    query = matchMedia(`(resolution: ${ratio}dppx)`);
    query.addEventListener('change', check);
  };
  const check = (): void => {
    if (devicePixelRatio === ratio) return;
    ratio = devicePixelRatio;
    follow();
    listener();
  };
  follow();
  window.addEventListener('resize', check);
  return {
    check,
    dispose: () => {
      query?.removeEventListener('change', check);
      window.removeEventListener('resize', check);
    },
  };
}

import type { Clock } from '../core/clock.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import { SECOND_MS } from '../core/units.ts';
import type { ContextCollector } from '../sources/collect/contextCollector.ts';

/** How long a finished refresh waits for context that is still asked for; what comes later is shown with the next. */
const CONTEXT_GRACE_MS = 2 * SECOND_MS;

export interface ContextDeps {
  /** Absent where no numbers beside the exchanges are wanted. */
  readonly context?: ContextCollector;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Numbers beside the exchanges, as far as they come: nothing here rejects or holds a refresh up. */
export class ContextNumbers {
  readonly #deps: ContextDeps;

  constructor(deps: ContextDeps) {
    this.#deps = deps;
  }

  /** Starts asking the providers; never rejects. */
  async ask(
    assets: readonly Asset[],
    { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<void> {
    await this.#deps.context?.refresh(assets, {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  /** Returns what is known when `asked` is done, or a little later. */
  async snapshot(
    source: DataSource,
    assets: readonly Asset[],
    asked: Promise<void>,
  ): Promise<ContextSnapshot[]> {
    const { context, clock, logger } = this.#deps;
    if (context === undefined) return [];
    const done = new AbortController();
    const grace = clock.sleep(CONTEXT_GRACE_MS, done.signal).catch(() => undefined);
    try {
      await Promise.race([asked, grace]);
      return await context.snapshot(source, assets);
    } catch (error) {
      logger.warn(`context: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    } finally {
      done.abort();
    }
  }

  /** Returns the daily levels of each traditional series since a time. */
  async series(source: DataSource, fromMs: number): Promise<readonly (readonly ContextValue[])[]> {
    const { context } = this.#deps;
    if (context === undefined) return [];
    return Promise.all(
      (['equity-index', 'dollar-index'] as const).map((metric) =>
        context.dailyLevels(source, metric, fromMs),
      ),
    );
  }
}

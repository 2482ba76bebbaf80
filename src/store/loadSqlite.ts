import { PerpscopeError } from '../core/errors.ts';

export type SqliteModule = typeof import('node:sqlite');

type BuiltinLoader = (id: 'node:sqlite') => SqliteModule | undefined;

/**
 * Returns Node's own SQLite. Loaded on first use, because a static import would keep all of Perpscope from starting
 * where the module is missing. Throws code `store` that names the versions that have it.
 */
export function loadSqlite(
  load: BuiltinLoader | undefined = process.getBuiltinModule as BuiltinLoader | undefined,
): SqliteModule {
  const missing = (cause?: unknown): PerpscopeError =>
    new PerpscopeError(
      'store',
      `a history file needs Node 22.13 or newer (VS Code 1.101 or newer); this is Node ${process.versions.node}. ` +
        'Update, or work without a history file.',
      { cause },
    );
  let sqlite: SqliteModule | undefined;
  try {
    sqlite = load?.('node:sqlite');
  } catch (cause) {
    // Electron 37.2.0 lists the module but cannot bind it (electron/electron#47671).
    throw missing(cause);
  }
  if (sqlite === undefined) throw missing();
  return sqlite;
}

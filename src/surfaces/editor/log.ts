import type * as vscode from 'vscode';
import type { Logger } from '../../core/logger.ts';

/** A Logger over the extension's one log channel. */
export function channelLogger(channel: vscode.LogOutputChannel): Logger {
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  };
}

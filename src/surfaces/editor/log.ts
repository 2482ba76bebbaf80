import type * as vscode from 'vscode';
import type { Logger } from '../../core/logger.ts';
import { lineLogger } from '../../core/outsideText.ts';

/** A Logger over the extension's one log channel; every message is one line. */
export function channelLogger(channel: vscode.LogOutputChannel): Logger {
  return lineLogger({
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  });
}

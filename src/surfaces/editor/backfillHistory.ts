import * as vscode from 'vscode';
import { runBackfillChild, type BackfillLine } from './backfillChild.ts';
import type { Settings } from './settings.ts';

/** What of the editor's side a back-fill needs. */
export interface BackfillPlace {
  readonly extensionUri: vscode.Uri;
  readonly storageUri: vscode.Uri;
  readonly settings: Settings;
  /** Rows have come, though perhaps not all. */
  readonly onFetched: () => Promise<void>;
}

const PERIODS = [
  { label: 'The last 30 days', since: '30d' },
  { label: 'The last year', since: '365d' },
  { label: 'The last three years', since: '1095d' },
  { label: 'Since 2022', since: '2022-01-01' },
] as const;
const FETCH = 'Fetch';
const REPORT = 'Show Report';

/**
 * Asks how far back, says what it takes, fetches it with a progress that can be cancelled, and offers the report. What was fetched
 * stays; the same command goes on from there.
 */
export async function backfillHistory(place: BackfillPlace): Promise<void> {
  const { settings, storageUri } = place;
  const chosen = await vscode.window.showQuickPick(PERIODS, {
    title: `Backfill history of ${settings.assets.join(', ')}`,
    placeHolder: 'How far back? What exchanges give without a key is fetched into the history.',
  });
  if (chosen === undefined) return;
  await vscode.workspace.fs.createDirectory(storageUri);
  const report = vscode.Uri.joinPath(storageUri, 'backfill.txt');
  const args = await argumentsOf(place, chosen.since, report);
  const plan = await inProgress(place, [...args, '--dry-run'], 'Asking what can be had');
  if (plan === undefined) return;
  const isSimulated = plan['source'] === 'simulated';
  const words = `${isSimulated ? 'SIMULATED market: ' : ''}${plan.words}`;
  if ((await vscode.window.showInformationMessage(words, { modal: true }, FETCH)) !== FETCH) return;
  const result = await inProgress(place, args, `Fetching ${isSimulated ? 'SIMULATED ' : ''}history`);
  void place.onFetched();
  const came = result?.words ?? 'Stopped. The same command goes on from there.';
  const mark = isSimulated ? ' SIMULATED market.' : '';
  if ((await vscode.window.showInformationMessage(`Perpscope: ${came}${mark}`, REPORT)) === REPORT)
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(report));
}

async function argumentsOf(
  { settings, storageUri }: BackfillPlace,
  since: string,
  report: vscode.Uri,
): Promise<string[]> {
  const store = vscode.Uri.joinPath(storageUri, 'history.sqlite').fsPath;
  const asked = ['--asset', settings.assets.join(','), '--exchanges', settings.exchanges.join(',')];
  const shared = [...asked, '--since', since, '--store', store, '--out', report.fsPath];
  const { simulatorSeed: seed, simulatorScenario: scenario } = settings;
  if (settings.dataSource === 'simulated')
    return [...shared, '--simulated', '--seed', String(seed), '--scenario', scenario];
  if (Object.keys(settings.endpoints).length === 0) return shared;
  const file = vscode.Uri.joinPath(storageUri, 'backfill-endpoints.json');
  await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(settings.endpoints)));
  return [...shared, '--endpoints', file.fsPath];
}

/** Runs the command line with a notification; returns its last line, undefined where it was cancelled. */
async function inProgress(
  { extensionUri }: BackfillPlace,
  args: readonly string[],
  title: string,
): Promise<BackfillLine | undefined> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title: `Perpscope: ${title}`, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      let last: BackfillLine | undefined;
      let done = 0;
      const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy') ?? '';
      const { code, said } = await runBackfillChild({
        cli: vscode.Uri.joinPath(extensionUri, 'dist', 'cliMain.cjs').fsPath,
        ...{ args, signal: stop.signal },
        env:
          proxy === '' || process.env['HTTPS_PROXY'] !== undefined
            ? {}
            : { HTTPS_PROXY: proxy, HTTP_PROXY: proxy },
        onLine(line) {
          last = line;
          if (line.type !== 'progress') return;
          const share = (100 * Number(line['units'])) / Math.max(1, Number(line['ofUnits']));
          progress.report({ message: line.words, increment: share - done });
          done = share;
        },
      });
      if (token.isCancellationRequested) return undefined;
      // 3: something is left, which the result names.
      if ((code !== 0 && code !== 3) || last === undefined)
        throw new Error(said.replace(/^perpscope: /, '') || `the back-fill ended with exit code ${code}`);
      return last;
    },
  );
}

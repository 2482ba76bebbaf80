/**
 * An extension beside Perpscope: measures in the very thread that both share, and runs commands, when it is told to over HTTP. Its
 * address stands in the file that PERPSCOPE_PROBE names.
 *   /start           begins to measure
 *   /stop            ends it: {"ms","longestMs","stalledMs","stalls","ownLongestMs","ownStalls"}; a stall is a delay of more than 50 ms,
 *                    and the thread's own is what it computed in one: a busy machine holds a loop up as well
 *   /page            opens a page beside that draws one word
 *   /run?command=ID  runs a command and answers when it has ended
 */
const { createServer } = require('node:http');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { renameSync, writeFileSync } = require('node:fs');
const vscode = require('vscode');

/** A delay that a user's other extensions notice. */
const STALL_MS = 50;

let running;

/** What this thread alone has computed so far. */
function computedMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function start() {
  stop();
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const measured = {
    startedAt: performance.now(),
    longestMs: 0,
    stalledMs: 0,
    stalls: [],
    ownLongestMs: 0,
    ownStalls: [],
    histogram,
  };
  let before = performance.now();
  let usedBefore = computedMs();
  const tick = () => {
    const now = performance.now();
    const used = computedMs();
    const delayMs = now - before - 1;
    const ownMs = used - usedBefore;
    before = now;
    usedBefore = used;
    if (ownMs > measured.ownLongestMs) measured.ownLongestMs = ownMs;
    if (ownMs > STALL_MS) measured.ownStalls.push(Math.round(ownMs));
    if (delayMs > measured.longestMs) measured.longestMs = delayMs;
    if (delayMs > STALL_MS) {
      measured.stalledMs += delayMs;
      measured.stalls.push(Math.round(delayMs));
    }
    measured.timer = setTimeout(tick, 1);
  };
  measured.timer = setTimeout(tick, 1);
  histogram.enable();
  running = measured;
}

function stop() {
  if (running === undefined) return undefined;
  const { startedAt, longestMs, histogram, timer, ...rest } = running;
  running = undefined;
  clearTimeout(timer);
  histogram.disable();
  // Two clocks that see the same loop: the longer of the two counts.
  const longest = Math.max(longestMs, histogram.max / 1e6);
  return { ...rest, ms: performance.now() - startedAt, longestMs: longest };
}

function openPage() {
  const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  const { webview } = vscode.window.createWebviewPanel('perpscope-probe', 'Bare', where, {
    enableScripts: true,
  });
  webview.html =
    '<canvas id="bare"></canvas><script>document.getElementById("bare").getContext("2d").fillText("bare", 9, 9)</script>';
}

async function answer(url) {
  const { pathname, searchParams } = new URL(url, 'http://probe');
  if (pathname === '/start') return start();
  if (pathname === '/stop') return stop();
  if (pathname === '/page') return openPage();
  await vscode.commands.executeCommand(searchParams.get('command'));
}

exports.activate = (context) => {
  const server = createServer((request, response) => {
    answer(request.url).then(
      (result) => response.end(JSON.stringify(result ?? {})),
      (error) => {
        response.statusCode = 500;
        response.end(JSON.stringify({ error: String(error) }));
      },
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const file = process.env.PERPSCOPE_PROBE;
    writeFileSync(`${file}.part`, `http://127.0.0.1:${server.address().port}`);
    renameSync(`${file}.part`, file);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};

/** The text of `perpscope --help`. */
export const HELP = `perpscope COMMAND [options]

  snapshot --asset BTC[,ETH] [--exchanges binance,okx]   numbers of the moment, per exchange and in aggregate
  regime   --asset BTC | --features FILE                 the market's regime with its evidence; --features judges stated values
  report   regime --asset BTC [--out FILE.md]            a report in Markdown
  decode   [--instruments FILE]... FILE...               recorded answers to observations, one JSON line each
  decode   --exchange okx --path /api/v5/... < body.json the same for a bare body (--query "a=b&c=d")
  decode   --exchange okx --stream < frames              frames of a stream, one a line
  simulate [--port 0] [--seed N] [--scenario NAME]       simulated exchanges on this machine; prints their endpoints file

Common options
  --json             JSON on standard output
  --endpoints FILE   addresses that replace the exchanges' own, for example those that simulate prints
  --simulated        read a simulated market instead of the exchanges (--seed N, --scenario NAME)
  --store FILE       keep history in this file; without it nothing is kept
  --timeout S        seconds that an exchange may take, 1 to 600 (15)
  --quiet            nothing on standard error but errors

Numbers beside the exchanges: keys from PERPSCOPE_COINGLASS_KEY, PERPSCOPE_CRYPTOQUANT_KEY, PERPSCOPE_COINALYZE_KEY;
daily levels of your own from the CSV file that PERPSCOPE_CONTEXT_CSV names (docs/context.md).

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partial (some exchange failed; the result names which and why).
Numbers are for research. Nothing here is advice, and nothing here trades.
`;

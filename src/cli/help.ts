/** The text of `perpscope --help`. */
export const HELP = `perpscope COMMAND [options]

  snapshot --asset BTC[,ETH] [--exchanges binance,okx]   numbers of the moment, per exchange and in aggregate
  regime   --asset BTC                                   the market's regime with its evidence
  regime   --features FILE                               the same from stated values; asks no exchange
  report   regime --asset BTC [--out FILE.md]            a report in Markdown
  collect  [--assets BTC,ETH] [--every S]                collects until Ctrl-C, without an editor; with --store FILE for
                                                         the editor's windows as well, where it is theirs
  decode   [--instruments FILE]... FILE...               recorded answers to observations, one JSON line each
  decode   --exchange okx --path /api/v5/... < body.json the same for a bare body (--query "a=b&c=d", --method POST)
  decode   --exchange okx --stream < frames              frames of a stream, one a line
  timeline --csv FILE [--funding FILE] [--from T] [--to T]
                                                         the regime hour by hour over a series file (docs/regime.md)
  timeline --asset BTC --store FILE [--since 30d]        the assessments that a history keeps
  simulate [--port 0] [--latency MS]                     simulated exchanges on this machine until Ctrl-C; prints their
                                                         endpoints file

Options of snapshot, regime, report and collect
  --simulated        read a simulated market instead of the exchanges
  --endpoints FILE   addresses that replace the exchanges' own, for example those that simulate prints
  --store FILE       keep history in this file, that of a simulated market beside it (h.sqlite: h.simulated.sqlite);
                     without it nothing is kept; collect names the market too (h.simulated.calm-1.sqlite)
  --every S          collect: seconds between two rounds, 15 to 3600 (60)

Options of the simulated market: simulate, and whatever has --simulated
  --seed N           which market, 0 to 2147483647 (1)
  --scenario NAME    calm, spot-led-rally (unless stated), leverage-led-rally, selling-wave, overheating, or
                     record-open-interest, whose record is in ETH

Options of every command
  --json             JSON on standard output, one object a line (decode and simulate print nothing else;
                     collect prints one for each round)
  --timeout S        seconds that an exchange may take, 1 to 600 (15)
  --quiet            nothing on standard error but errors
  --help, --version  this text, or the version

Numbers beside the exchanges: keys from PERPSCOPE_COINGLASS_KEY, PERPSCOPE_CRYPTOQUANT_KEY, PERPSCOPE_COINALYZE_KEY;
daily levels of your own from the CSV file that PERPSCOPE_CONTEXT_CSV names (docs/context.md).

Results go to standard output, messages to standard error. Exit codes:
  0  done
  1  failed: there is no number at all, a file cannot be read, or no input of decode is a payload
  2  wrong usage; the message says what was meant
  3  partial: the result stands, but some exchange failed (it is named), the history could not be kept, or some input
     of decode is no payload
Numbers are for research. Nothing here is advice, and nothing here trades.
`;

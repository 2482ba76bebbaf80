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
  timeline --asset BTC --store FILE [--since 30d]        the assessments that a history keeps, and which followed which
  heatmap  --csv FILE [--tiers FILE]                     modelled liquidation levels of a series file: the largest, how
                                                         sure, and whether they ever foretold any (docs/heatmap.md)
  heatmap  --csv FILE --calibrate                        how well they foretold its liquidations, out of sample
  heatmap  --asset BTC --store FILE [--range 30d] [--exchange binance]
                                                         the levels of a history, as the panel draws them; the range, 7d
                                                         unless stated, is of what was liquidated (docs/heatmap.md)
  import   --csv FILE --layout klines-1h --asset BTC --store FILE [--source NAME] [--dry-run]
                                                         a long series of your own into a history, as a source of its
                                                         own (docs/import.md); --map time=COLUMN,... without a layout
  backfill --asset BTC,ETH --since 30d --store FILE [--metrics open-interest,funding] [--dry-run]
                                                         older history of what exchanges give without a key; says what
                                                         it takes first, and goes on where it was stopped (docs/backfill.md)
  query    --asset BTC --metric open-interest --store FILE [--exchange binance,aggregate] [--since 90d]
                                                         a series of a history, by exchange and summed (docs/query.md);
                                                         also [--until T] [--step 1h] [--as-known-at T] [--format csv]
  export   --asset BTC --metrics open-interest --store FILE --out DIR [--format parquet]
                                                         the same as files with a manifest
  kept     --store FILE [--remove KEY]                   what notes of exports keep from being deleted (docs/store.md)
  simulate [--port 0] [--latency MS]                     simulated exchanges and their public files on this machine
                                                         until Ctrl-C; prints their endpoints file

Options of snapshot, regime, report, collect and backfill
  --simulated        read a simulated market instead of the exchanges
  --endpoints FILE   addresses that replace the exchanges' own, for example those that simulate prints
  --store FILE       keep history in this file, that of a simulated market beside it (h.sqlite: h.simulated.sqlite);
                     without it nothing is kept; collect names the market too (h.simulated.calm-1.sqlite)
  --every S          collect: seconds between two rounds, 15 to 3600 (60)

  --rules FILE       regime, report, collect and timeline --csv: judge by these rules (docs/rules.md)

Options of heatmap
  --tiers FILE       the margin table of an exchange, as decode prints it; without it that of Binance BTCUSDT of 2024
  --calibrate        scores of the levels instead of the levels; needs long_liq and short_liq in the file

Options of import without a layout, each about the whole file (docs/import.md)
  --map, --bar, --label, --sides, --interval, --price
                     which column is what; how long a bar is; start or end; one or both; of funding; last, mark or index

Options of backfill
  --since, --until     30d or a time in UTC, for example 2022-01-01; until now unless stated
  --metrics            open-interest, funding, long-short, taker, price (these unless stated), mark-price, liquidations,
                       basis, depth
  --dry-run            the plan alone: what can be had since when, requests, bytes, time, and what cannot and why
  --out FILE           the plan and the quality of what came, as text
  --coin-margined      Binance's coin-margined perpetuals as well, as instruments of their own that are part of no sum
  --check-files N|all  look whether the newest N files of each source that were fetched before were issued anew, and fetch
                       those again; what they said before stays known as of then

Options of query and export
  --metric, --metrics  series by id, for example open-interest, last-close, volume-usd; an unknown one is answered with the
                       nearest (docs/query.md lists them)
  --since, --until     30d, 12h or a time in UTC (30d; now)
  --step 5m|1h|1d      what one row is about (1h)
  --as-known-at T      only what had been received by then, as it stood then
  --keep "WHY"         export: a note in the history, so that what was exported is not deleted when it is old
  --format             query: table, csv, ndjson or json (table); export: csv, ndjson or parquet (csv)

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

/** Every command with its options: what is read, what the help lists and what a wrong call is measured against. */

export interface CommandOptions {
  /** Options with a value. */
  readonly values: readonly string[];
  readonly flags: readonly string[];
  /** Options with a value that may stand several times. */
  readonly lists?: readonly string[];
  /** How many words may stand without an option; none unless stated. */
  readonly words?: number;
}

/** Of every command: scripts may give them to all alike. */
export const COMMON: CommandOptions = {
  values: ['timeout', 'endpoints', 'store'],
  flags: ['json', 'quiet', 'help'],
};

/** Of what reads a market. */
const MARKET = ['asset', 'exchanges', 'seed', 'scenario'];

/** Of what reads a history over a time. */
const RANGE = ['asset', 'exchange', 'since', 'until', 'step', 'as-known-at', 'format'];

export const COMMANDS: Readonly<Record<string, CommandOptions>> = {
  snapshot: { values: MARKET, flags: ['simulated'] },
  regime: { values: [...MARKET, 'features', 'rules'], flags: ['simulated'] },
  report: { values: [...MARKET, 'out', 'rules'], flags: ['simulated'], words: 1 },
  collect: { values: ['assets', 'exchanges', 'every', 'seed', 'scenario', 'rules'], flags: ['simulated'] },
  decode: {
    values: ['exchange', 'path', 'method', 'query'],
    flags: ['stream'],
    lists: ['instruments'],
    words: Number.POSITIVE_INFINITY,
  },
  timeline: { values: ['asset', 'since', 'csv', 'funding', 'from', 'to', 'rules'], flags: [] },
  heatmap: { values: ['csv', 'tiers', 'asset', 'exchange', 'range'], flags: ['calibrate'] },
  import: {
    values: ['csv', 'asset', 'map', 'layout', 'source', 'bar', 'label', 'sides', 'interval', 'price'],
    flags: ['dry-run'],
  },
  backfill: {
    values: [...MARKET, 'metrics', 'since', 'until', 'out', 'check-files'],
    flags: ['dry-run', 'simulated', 'coin-margined'],
  },
  query: { values: [...RANGE, 'metric'], flags: [] },
  export: { values: [...RANGE, 'metrics', 'out', 'keep'], flags: [] },
  kept: { values: ['remove'], flags: [] },
  simulate: { values: ['port', 'seed', 'scenario', 'latency'], flags: [] },
};

/** What the value of an option looks like. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  asset: 'BTC,ETH',
  assets: 'BTC,ETH',
  every: '60',
  exchanges: 'binance,okx',
  endpoints: 'endpoints.json',
  store: 'history.sqlite',
  seed: '7',
  scenario: 'selling-wave',
  features: 'values.json',
  out: 'report.md',
  rules: 'mine.perpscope-rules.json',
  exchange: 'okx',
  path: '/api/v5/public/open-interest',
  method: 'POST',
  query: 'instId=BTC-USDT-SWAP',
  instruments: 'instruments.json',
  port: '0',
  latency: '100',
  csv: 'binance-btcusdt-1h.csv',
  funding: 'funding.json',
  from: '2024-08-05',
  to: '2024-08-09',
  since: '30d',
  range: '7d',
  tiers: 'tiers.jsonl',
  map: 'time=time_ms,openInterestBase=oi_close@end',
  layout: 'binance-1h',
  source: 'my-series',
  bar: '1h',
  label: 'start',
  sides: 'one',
  interval: '8h',
  price: 'last',
  metric: 'open-interest',
  metrics: 'open-interest,last-close',
  until: '2026-11-29T12:00Z',
  step: '1h',
  'as-known-at': '2026-11-29T12:00Z',
  format: 'csv',
  keep: '"study of May"',
  remove: 'BTC_open-interest_1h_2026-01-01T00_2026-02-01T00',
  'check-files': '30',
  timeout: '15',
};

/** What takes no part in a call and would be passed over in silence otherwise: who reads it and who does not. */
export const IDLE: readonly {
  readonly option: string;
  /** Where given, the option says nothing. */
  readonly beside?: string;
  /** Without it, the option says nothing. */
  readonly without?: string;
  readonly commands?: readonly string[];
  readonly advice: string;
}[] = [
  ...['seed', 'scenario'].map((option) => ({
    option,
    without: 'simulated',
    commands: ['snapshot', 'regime', 'report', 'collect', 'backfill'],
    advice: `--${option} is of the simulated market: add --simulated`,
  })),
  {
    option: 'endpoints',
    beside: 'simulated',
    advice: '--endpoints and --simulated exclude each other: leave one out',
  },
  ...['simulated', 'exchanges', 'endpoints', 'store', 'seed', 'scenario'].map((option) => ({
    option,
    beside: 'features',
    advice: `--features judges stated values and asks no exchange: leave out --${option}`,
  })),
  ...['funding', 'from', 'to', 'rules'].map((option) => ({
    option,
    without: 'csv',
    commands: ['timeline'],
    advice: `--${option} is of a series file: add --csv FILE`,
  })),
  ...['since', 'store', 'endpoints'].map((option) => ({
    option,
    beside: 'csv',
    commands: ['timeline'],
    advice: `--csv reads a file and nothing else: leave out --${option}`,
  })),
  ...['store', 'asset', 'exchange', 'range'].map((option) => ({
    option,
    beside: 'csv',
    commands: ['heatmap'],
    advice: `--csv reads a file and nothing else: leave out --${option}`,
  })),
  ...['tiers', 'calibrate'].map((option) => ({
    option,
    without: 'csv',
    commands: ['heatmap'],
    advice: `--${option} is of a series file: add --csv FILE`,
  })),
  { option: 'endpoints', commands: ['heatmap'], advice: 'heatmap asks no exchange: leave out --endpoints' },
  { option: 'endpoints', commands: ['import'], advice: 'import asks no exchange: leave out --endpoints' },
  ...['path', 'method', 'query'].map((option) => ({
    option,
    beside: 'stream',
    advice: `frames of a stream say themselves what they are: leave out --${option}`,
  })),
];

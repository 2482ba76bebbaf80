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

export const COMMANDS: Readonly<Record<string, CommandOptions>> = {
  snapshot: { values: MARKET, flags: ['simulated'] },
  regime: { values: [...MARKET, 'features'], flags: ['simulated'] },
  report: { values: [...MARKET, 'out'], flags: ['simulated'], words: 1 },
  collect: { values: ['assets', 'exchanges', 'every', 'seed', 'scenario'], flags: ['simulated'] },
  decode: {
    values: ['exchange', 'path', 'method', 'query'],
    flags: ['stream'],
    lists: ['instruments'],
    words: Number.POSITIVE_INFINITY,
  },
  timeline: { values: ['asset', 'since', 'csv', 'funding', 'from', 'to'], flags: [] },
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
    commands: ['snapshot', 'regime', 'report', 'collect'],
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
  ...['funding', 'from', 'to'].map((option) => ({
    option,
    without: 'csv',
    commands: ['timeline'],
    advice: `--${option} is of a series file: add --csv FILE`,
  })),
  ...['since', 'store', 'endpoints'].map((option) => ({
    option,
    beside: 'csv',
    advice: `--csv reads a file and nothing else: leave out --${option}`,
  })),
  ...['path', 'method', 'query'].map((option) => ({
    option,
    beside: 'stream',
    advice: `frames of a stream say themselves what they are: leave out --${option}`,
  })),
];

/** What `perpscope.statusBar.show` may name: a level, or how far it has come within a window. */
export const STATUS_FIGURES = [
  'funding',
  'funding-1h',
  'funding-24h',
  'funding-7d',
  'price',
  'price-1h',
  'price-24h',
  'price-7d',
  'open-interest',
  'open-interest-1h',
  'open-interest-24h',
  'open-interest-7d',
] as const;
export type StatusFigure = (typeof STATUS_FIGURES)[number];

export const DEFAULT_FIGURES: readonly StatusFigure[] = ['funding'];
/** More would take the room of other extensions. */
export const MAX_FIGURES = 3;

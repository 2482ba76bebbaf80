/**
 * How far apart the rows of a series are. `live`: readings, events and bars shorter than five minutes, which only somebody who
 * watches has; `fiveMinutes`: bars shorter than an hour; `hourly`: those shorter than a day, and settlements; `daily`: the rest.
 */
export type Resolution = 'live' | 'fiveMinutes' | 'hourly' | 'daily';

/** How many months of which rows are kept; of what is absent all. */
export type KeepMonths = Readonly<Partial<Record<Resolution, number>>>;

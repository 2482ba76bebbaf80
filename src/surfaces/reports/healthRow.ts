/** One line about an exchange's health. `isTrouble` marks what a reader should look at. */
export interface HealthRow {
  readonly id: string;
  readonly label: string;
  /** The label where there is little room. */
  readonly shortLabel?: string;
  readonly value: string;
  readonly detail: string;
  readonly isTrouble: boolean;
}

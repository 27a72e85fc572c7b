/** How long a run takes and how much it says: the full one, and the one that only shows that everything works. */

/** Times in seconds. */
export interface Settings {
  /** Users known before, and as many anonymous visitors. */
  readonly visitors: number;
  /** Sizes of the baseline's connection pool to choose from. */
  readonly pools: readonly number[];
  readonly tuneSeconds: number;
  /** 0: not at all. */
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly variantRounds: number;
  readonly variantSeconds: number;
  /** Events of the visitor with a long history, and merges they go through. */
  readonly longHistory: number;
  readonly largeMerges: number;
  /** After this the run is given up. */
  readonly patience: number;
}

/** About eight minutes. */
export const FULL: Settings = {
  visitors: 5000,
  pools: [10, 20, 40],
  tuneSeconds: 3,
  warmUpSeconds: 3,
  rounds: 12,
  seconds: 4,
  variantRounds: 3,
  variantSeconds: 4,
  longHistory: 200_000,
  largeMerges: 20,
  patience: 1200,
};

/** Its figures mean nothing. */
export const SMOKE: Settings = {
  visitors: 100,
  pools: [10],
  tuneSeconds: 0,
  warmUpSeconds: 0,
  rounds: 1,
  seconds: 0.3,
  variantRounds: 1,
  variantSeconds: 0.2,
  longHistory: 1000,
  largeMerges: 2,
  patience: 120,
};

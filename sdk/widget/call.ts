/** One call of the page, wherever it is answered. */

/** A method and its arguments. */
export type Call = readonly unknown[];

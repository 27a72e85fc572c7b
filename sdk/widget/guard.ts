/** Whatever goes wrong in here stays in here: the page must not notice. */

/** What the work answers; nothing when it throws. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

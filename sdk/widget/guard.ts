/** Whatever goes wrong in here stays in here: the page must not notice. */

/** What the work answers; nothing when it throws. */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** What JSON text says, of which nothing is known but what is hoped for; nothing when it is none. */
export function parsed<Hoped>(text: string | null): Hoped | null | undefined {
  return quietly(() => JSON.parse(text || '') as Hoped | null);
}

/** Search parameters as plain text, as people and other tools write them; what equals its default is left out. */

/** Parameters of an address. */
export type Parameters = Readonly<Record<string, string>>;

/** `?a=1&b=x` as an object of texts; the last of a name counts. */
export function parseParameters(search: string): Parameters {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Back to `?a=1&b=x`; what is undefined or empty is left out. */
export function stringifyParameters(parameters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** The text when it is one of these. */
export function oneOf<Choice extends string>(choices: readonly Choice[], text: unknown): Choice | undefined {
  return choices.find((choice) => choice === text);
}

/** A whole number from 1, or undefined. */
export function countIn(text: unknown): number | undefined {
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= 1 ? count : undefined;
}

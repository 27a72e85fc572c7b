/**
 * Statements as values. `sql` writes one that is planned per call; `hot` one that each connection prepares once.
 * Both begin with a comment that names them (seen in pg_stat_activity and in the tests that count statements), and
 * every `${value}` becomes a parameter: text is never built from data. Fragments nest.
 */

/** A piece of SQL with its parameters; complete when it begins with its name: a comment like the one of `hot`. */
export class Fragment {
  constructor(
    readonly strings: TemplateStringsArray,
    readonly values: readonly unknown[],
    readonly prepared: boolean,
  ) {}
}

/** A statement as a driver takes it. */
export interface Compiled {
  /** From the leading comment. */
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
  readonly prepared: boolean;
}

/** Planned per call: lists, searches, anything whose best plan depends on its values. */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Fragment {
  return new Fragment(strings, values, false);
}

/** Prepared once per connection: the statements of every flush and read. Its text must be the same each time. */
export function hot(strings: TemplateStringsArray, ...values: unknown[]): Fragment {
  return new Fragment(strings, values, true);
}

/** Fragments one behind the other, e.g. conditions with `sql` AND between them. */
export function join(parts: readonly Fragment[], separator: Fragment): Fragment {
  const values: unknown[] = [];
  parts.forEach((part, i) => {
    if (i > 0) values.push(separator);
    values.push(part);
  });
  const gaps = Array.from({ length: values.length + 1 }, () => '');
  return new Fragment(Object.assign(gaps, { raw: gaps }), values, false);
}

const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * A table by its name, for the few statements that take no parameter there.
 *
 * @param name as the catalog of the database tells it; never from outside.
 * @throws {Error} when it would have to be quoted: no table of ours is called like that.
 */
export function table(name: string): Fragment {
  if (!PLAIN_NAME.test(name)) throw new Error(`No table of ours is called ${JSON.stringify(name)}.`);
  const text = [`"${name}"`];
  return new Fragment(Object.assign(text, { raw: text }), [], false);
}

/**
 * A list of ids, times, numbers or hashes, written the way the database reads arrays. Drivers quote each text of a list
 * one by one; these need no quoting.
 */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

const texts = new WeakMap<TemplateStringsArray, { name: string; text: string }>();
const preparedTexts = new Map<string, string>();

/** Numbers the parameters and reads the name. The text of a statement without fragments is made once. */
export function compile(statement: Fragment): Compiled {
  const { prepared } = statement;
  const known = texts.get(statement.strings);
  if (known) return { ...known, values: statement.values as unknown[], prepared };
  const values: unknown[] = [];
  const text = write(statement, values);
  const name = /^\s*\/\* ([\w.]+) \*\//.exec(text)?.[1];
  if (!name) throw new Error(`A statement has no name: ${text.slice(0, 80)}`);
  if (!statement.values.some((value) => value instanceof Fragment)) texts.set(statement.strings, { name, text });
  if (prepared) requireOneText(name, text);
  return { name, text, values, prepared };
}

/** A connection knows a prepared statement by its name: a second text under it would answer wrongly. */
function requireOneText(name: string, text: string): void {
  if ((preparedTexts.get(name) ?? text) !== text) throw new Error(`The prepared statement ${name} has two texts.`);
  preparedTexts.set(name, text);
}

function write(fragment: Fragment, values: unknown[]): string {
  return fragment.strings.reduce((text, piece, i) => {
    const value = fragment.values[i - 1];
    if (value instanceof Fragment) return text + write(value, values) + piece;
    values.push(value);
    return `${text}$${values.length}${piece}`;
  });
}

/** Reads the examples of a Markdown file: commands, and the answers that stand below them. */

/** A command that can be run, and what it is said to answer. */
export interface Example {
  readonly command: string;
  /** JSON; a text that ends in `…` stands for any that begins so. */
  readonly answer: unknown;
  /** Only some members of the answer are written. */
  readonly isShortened: boolean;
}

/** Every ```sh run block with the ```json or ```json shortened block that follows it, in order. */
export function examplesOf(markdown: string): Example[] {
  const blocks = markdown.matchAll(/```sh run\n([\s\S]*?)```\s*```json( shortened)?\n([\s\S]*?)```/g);
  return [...blocks].map(([, command = '', shortened, answer = '']) => {
    return { command, answer: JSON.parse(answer), isShortened: shortened !== undefined };
  });
}

/** The commands of every ```sh block that is not meant to be run word by word: what the reader types to begin with. */
export function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
}

/**
 * Where an answer differs from what is written about it, as a JSON pointer, or null when it does not. Members that
 * are not written matter unless it is shortened; those of a list always do.
 */
export function difference(
  { answer, isShortened }: Pick<Example, 'answer' | 'isShortened'>,
  answered: unknown,
): string | null {
  return differenceAt(answer, answered, isShortened, '');
}

function differenceAt(written: unknown, answered: unknown, isShortened: boolean, pointer: string): string | null {
  if (typeof written === 'string' && written.endsWith('…')) {
    const fits = typeof answered === 'string' && answered.startsWith(written.slice(0, -1));
    return fits ? null : pointer;
  }
  if (typeof written !== 'object' || written === null) return written === answered ? null : pointer;
  if (typeof answered !== 'object' || answered === null || Array.isArray(written) !== Array.isArray(answered))
    return pointer;
  if (Array.isArray(written) && Array.isArray(answered) && written.length !== answered.length) return pointer;
  const members = new Map<string, unknown>(Object.entries(answered));
  for (const [key, value] of Object.entries(written)) {
    const found = differenceAt(value, members.get(key), isShortened, `${pointer}/${key}`);
    if (found !== null) return found;
    members.delete(key);
  }
  const [unwritten] = isShortened ? [] : members.keys();
  return unwritten === undefined ? null : `${pointer}/${unwritten}`;
}

/** An export as JSON, written while it is read. One thing stands on each line, so that a person finds their way in it. */
import type { VisitorId } from '../ids.ts';
import { EXPORT_LISTS } from './export-kinds.ts';
import { type Person, requirePresent } from './export-person.ts';

type Pages = AsyncIterable<readonly object[]>;

/**
 * Pieces of text. Whoever reads them to the end has JSON, and nobody else does.
 *
 * @param redirectedFrom the id that was asked for, when it was merged away. @throws {PersonGone} in the middle.
 */
export async function* exportAsJson(person: Person, redirectedFrom: VisitorId | null): AsyncGenerator<string> {
  yield `{"data":{\n"visitor":${JSON.stringify(person.visitor)}`;
  for (const [name, read] of Object.entries(EXPORT_LISTS)) {
    yield `,\n"${name}":[`;
    yield* listOf(person, read(person));
    yield ']';
  }
  await requirePresent(person);
  yield redirectedFrom === null ? '\n}}\n' : `\n},"meta":${JSON.stringify({ redirectedFrom })}}\n`;
}

async function* listOf(person: Person, pages: Pages): AsyncGenerator<string> {
  let separator = '\n';
  for await (const things of pages) {
    await requirePresent(person);
    const [nested, flat] = [things.filter(isNested), things.filter((thing) => !isNested(thing))];
    if (flat.length > 0) yield separator + flat.map((thing) => JSON.stringify(thing)).join(',\n');
    if (flat.length > 0) separator = ',\n';
    for (const { messages, ...conversation } of nested) {
      yield `${separator}${JSON.stringify(conversation).slice(0, -1)},"messages":[`;
      yield* listOf(person, messages);
      yield ']}';
      separator = ',\n';
    }
  }
}

function isNested(thing: object): thing is { readonly messages: Pages } {
  return 'messages' in thing;
}

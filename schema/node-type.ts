/** Which type an id names, by its prefix. */
import { NotFound } from '../src/errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  vis: 'Visitor',
  ses: 'Session',
  evt: 'Event',
  pgv: 'PageView',
  mrg: 'Merge',
  com: 'Company',
  not: 'Note',
  cnv: 'Conversation',
  msg: 'Message',
  key: 'Key',
};

/** @throws {NotFound} when nothing with such an id can be read. */
export function nodeTypeOf(id: string): string {
  const name = TYPES[id.split('_', 1)[0] ?? ''];
  if (name === undefined) throw new NotFound('There is no such thing in this workspace.');
  return name;
}

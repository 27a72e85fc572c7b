/** Who a message is by: what a caller may sign as, and what is recorded beside it. */
import type { Caller } from '../context.ts';
import type { AuthorDraft } from '../contract/conversation.ts';
import { Forbidden } from '../errors.ts';
import { readMessage, readSignature, type Signature, type Written } from '../normalise/message.ts';
import type { NewMessage } from './conversation-write.ts';

/**
 * A visitor signs as nobody else. Agents sign with the name they gave when they signed in, unless told otherwise; a
 * key's own name is for those who look after keys, and is never shown to visitors.
 *
 * @throws {Forbidden} @throws {InvalidValue}
 */
export function signedBy({ visitor, agentName }: Caller, draft: AuthorDraft | undefined): Signature {
  const { kind, name } = readSignature(draft, visitor ? 'visitor' : 'agent');
  if (visitor && kind !== 'visitor') throw new Forbidden('With a visitor token only the visitor writes.');
  return { kind, name: kind === 'agent' ? (name ?? agentName ?? null) : name };
}

/** The message as it is to be stored. @param parent pointer to it in what was sent. @throws {InvalidValue} */
export function writtenBy(
  { visitor, by }: Caller,
  { kind, name }: Signature,
  draft: Written,
  parent = '',
): Omit<NewMessage, 'id'> {
  return { ...readMessage(draft, kind, parent), author: kind, authorName: name, by: visitor ? null : by };
}

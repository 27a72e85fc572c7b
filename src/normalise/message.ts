/** What somebody writes into a conversation, by the rules of text and addresses. */
import type { AuthorDraft, AuthorKind, MessageType } from '../contract/conversation.ts';
import { InvalidValue } from '../errors.ts';
import { MAX_LENGTH, MAX_MESSAGE_BYTES } from '../limits.ts';
import { isWebUrl } from './page-url.ts';
import { missingField, Refusal, tooLong } from './refusal.ts';

/** A message before it has an author. */
export interface Written {
  readonly type: MessageType;
  readonly body: string;
}

/** As whom it is written. */
export interface Signature {
  readonly kind: AuthorKind;
  /** Null: none was given. */
  readonly name: string | null;
}

/**
 * A body that is fit to be shown: text that is not blank, or the address of an image or a file.
 *
 * @param parent pointer to the message in what was sent.
 * @throws {InvalidValue} missing_field, value_too_long, bad_url; wrong_type for an event of the visitor's.
 */
export function readMessage({ type, body }: Written, author: AuthorKind, parent = ''): Written {
  return refusing(() => {
    if (type === 'event' && author === 'visitor') {
      throw new Refusal('wrong_type', `${parent}/type`, 'A visitor writes text, or sends an image or a file.');
    }
    if (body.trim() === '') throw missingField(`${parent}/body`);
    const isAddress = type === 'image' || type === 'file';
    return { type, body: isAddress ? readAddress(body.trim(), `${parent}/body`) : readText(body, `${parent}/body`) };
  });
}

/**
 * Who signs a message; the visitor does so with their profile.
 *
 * @param byDefault the kind when none is named. @throws {InvalidValue} name_too_long, unknown_field
 */
export function readSignature({ kind, name }: AuthorDraft = {}, byDefault: AuthorKind): Signature {
  return refusing(() => {
    const author = kind ?? byDefault;
    const shown = name?.trim() || null;
    if (shown === null) return { kind: author, name: null };
    if (author === 'visitor') {
      throw new Refusal('unknown_field', '/author/name', "A visitor is shown with the profile's name.");
    }
    if (shown.length > MAX_LENGTH.name) throw tooLong('name_too_long', '/author/name', MAX_LENGTH.name);
    return { kind: author, name: shown };
  });
}

/** @returns null for none: absent, null or blank. @throws {InvalidValue} value_too_long */
export function readSubject(subject: string | null | undefined): string | null {
  return refusing(() => {
    const text = subject?.trim() || null;
    if (text !== null && text.length > MAX_LENGTH.subject) {
      throw tooLong('value_too_long', '/subject', MAX_LENGTH.subject);
    }
    return text;
  });
}

function readText(text: string, pointer: string): string {
  if (Buffer.byteLength(text) <= MAX_MESSAGE_BYTES) return text;
  const detail = `Longer than the ${MAX_MESSAGE_BYTES} bytes allowed.`;
  throw new Refusal('value_too_long', pointer, detail, MAX_MESSAGE_BYTES);
}

function readAddress(url: string, pointer: string): string {
  if (url.length > MAX_LENGTH.url) throw tooLong('value_too_long', pointer, MAX_LENGTH.url);
  if (!isWebUrl(url)) throw new Refusal('bad_url', pointer, 'This has to be an http or https URL.');
  return url;
}

function refusing<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { code, detail, pointer, limit } = thrown;
    throw new InvalidValue(code, detail, [{ pointer, detail }], limit);
  }
}

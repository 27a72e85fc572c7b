/** Who an item is about: userId, anonymousId, or a visitor reference of a server. */
import type { Warning, Who } from '../contract/item.ts';
import { fromWire } from '../ids.ts';
import { optionalId, readId, requiredId } from '../normalise/field.ts';
import { type Fields, Refusal } from '../normalise/refusal.ts';
import type { Sender } from './sender.ts';

/**
 * At least one of the three. A `visitorId` of the forms `user:…` and `anon:…` stands for that identifier unless the
 * item names one of the same kind itself.
 *
 * @throws {Refusal} no_one, illegal_id, id_too_long, forbidden, unknown_visitor
 */
export function readWho(fields: Fields, kind: Sender['kind'], warnings: Warning[]): Who {
  refuseVisitorId(fields, kind);
  const userId = optionalId(fields, 'userId', warnings);
  const anonymousId = optionalId(fields, 'anonymousId', warnings);
  const named = fields.visitorId ?? undefined;
  if (named !== undefined) return { ...readReference(named, warnings), ...present(userId, anonymousId) };
  if (userId === undefined && anonymousId === undefined) {
    throw new Refusal('no_one', '', 'An item needs a userId, an anonymousId or (from servers) a visitorId.');
  }
  return present(userId, anonymousId);
}

/** The two ids of an identify; a visitorId has no meaning in it. */
export function readIdentified(fields: Fields, kind: Sender['kind'], warnings: Warning[]) {
  refuseVisitorId(fields, kind);
  const userId = requiredId(fields, 'userId', warnings);
  const anonymousId = optionalId(fields, 'anonymousId', warnings);
  return anonymousId === undefined ? { userId } : { userId, anonymousId };
}

/** The two ids of an alias. */
export function readAlias(fields: Fields, kind: Sender['kind'], warnings: Warning[]) {
  refuseVisitorId(fields, kind);
  const previousId = requiredId(fields, 'previousId', warnings);
  return { who: { userId: requiredId(fields, 'userId', warnings) }, previousId };
}

/** Whoever reads a page's source holds the publishable key, so it may not point at visitors of its choice. */
function refuseVisitorId(fields: Fields, kind: Sender['kind']): void {
  if (kind === 'publishable' && (fields.visitorId ?? undefined) !== undefined) {
    throw new Refusal('forbidden', '/visitorId', 'A publishable key may not name a visitorId.');
  }
}

function readReference(value: unknown, warnings: Warning[]): Who {
  const text = typeof value === 'string' ? value : '';
  if (text.startsWith('user:')) return { userId: readId(text.slice(5), '/visitorId', warnings) };
  if (text.startsWith('anon:')) return { anonymousId: readId(text.slice(5), '/visitorId', warnings) };
  const visitorId = fromWire('visitor', text);
  if (visitorId === null) throw new Refusal('unknown_visitor', '/visitorId', 'No visitor has this id.');
  return { visitorId };
}

function present(userId: string | undefined, anonymousId: string | undefined): Who {
  if (userId === undefined) return anonymousId === undefined ? {} : { anonymousId };
  return anonymousId === undefined ? { userId } : { userId, anonymousId };
}

/**
 * From whatever a sender sent to an item the pipeline can trust: measured, cleaned, dated, named. Pure but for made
 * message ids; knows no database and no other item.
 */
import type { Item, Verdict, Warning } from '../contract/item.ts';
import type { WarningCode } from '../contract/item-code.ts';
import type { RetentionKind } from '../contract/retention.ts';
import { MAX_LENGTH } from '../limits.ts';
import { cleanCopy, cleanText } from '../normalise/clean.ts';
import { optionalKey } from '../normalise/field.ts';
import { inspect } from '../normalise/inspect.ts';
import { itemTime } from '../normalise/item-time.ts';
import { type Fields, isFields, Refusal, tooLong, wrongType } from '../normalise/refusal.ts';
import { identifierHash, messageHash } from '../services/keyed-hash.ts';
import { keptSince } from '../services/retention-rule.ts';
import { type Common, isItemType, itemKind } from './item-kind.ts';
import { unprovenAt } from './proof.ts';
import type { Sender } from './sender.ts';
import { readSurroundings } from './surroundings.ts';

/** An item to be stored, and what was mended in it. */
export interface Normalised {
  readonly item: Item;
  readonly warnings: readonly Warning[];
  /** It is to be stored though its userId was not proven: what an ingestion issue keeps of that. */
  readonly unproven?: Unproven | undefined;
}

/** A userId without a valid proof. */
export interface Unproven {
  readonly pointer: string;
  readonly identifierHash: string;
}

/** An item that will not be stored: why, and what an ingestion issue may keep of it. */
export interface Refused extends Verdict {
  /** The sender's, as far as it is one; else made. */
  readonly messageId: string;
  readonly itemType?: string | undefined;
  /** Keyed hash of the identifier it would have been stored under, when it named one. */
  readonly identifierHash?: string | undefined;
}

/**
 * Judges one item by itself: refused, suppressed (a bot's, or older than it would be kept), or ready. Limits are of src/limits.ts; a malformed item
 * from a bot is malformed first.
 *
 * @param raw anything JSON can hold, at any depth and size; never throws.
 * @param forcedType the type the route stands for; without it the item's own `type` decides.
 */
export function normaliseItem(raw: unknown, sender: Sender, forcedType?: Item['type']): Normalised | Refused {
  try {
    return read(raw, sender, forcedType);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { code, detail, pointer, limit } = thrown;
    return { status: 'rejected', code, detail, pointer, limit, ...traces(raw, sender, forcedType) };
  }
}

function read(raw: unknown, sender: Sender, forcedType: Item['type'] | undefined): Normalised | Refused {
  if (!isFields(raw)) throw wrongType('', 'an object');
  const kind = itemKind(forcedType ?? raw.type);
  const { bytes, dirty } = inspect(raw, kind.bag);
  const warnings: Warning[] = [];
  const fields = dirty ? (cleanCopy(raw, '', warnings) as Fields) : raw;
  const messageId = readMessageId(fields, sender);
  const surroundings = readSurroundings(fields, sender, warnings);
  const source = sourceOf(sender);
  const common: Common = {
    messageId,
    messageHash: messageHash(sender.hashKey, messageId, source),
    timestamp: itemTime({
      timestamp: fields.timestamp,
      sentAt: fields.sentAt,
      batchSentAt: sender.sentAt,
      receivedAt: sender.receivedAt,
    }),
    receivedAt: sender.receivedAt,
    sessionId: optionalKey(fields, 'sessionId'),
    source,
    surroundings: surroundings.values,
    bytes,
  };
  const item = kind.read(fields, common, sender.kind, warnings);
  const unproven = sender.proofs && unprovenAt(sender.proofs, item, fields);
  if (unproven !== undefined && sender.proofs?.mode === 'enforce') {
    throw new Refusal('identity_unproven', unproven, 'This userId needs a valid userHash or token beside it.');
  }
  if (surroundings.bot) {
    return { status: 'suppressed', code: 'bot', detail: 'Sent by a known bot.', ...traces(raw, sender, forcedType) };
  }
  if (isTooOld(item, sender)) {
    const detail = 'Older than this kind of data is kept.';
    return { status: 'suppressed', code: 'too_old', detail, pointer: '/timestamp', ...traces(raw, sender, forcedType) };
  }
  const isVerified = sender.kind === 'secret' || (sender.proofs !== undefined && unproven === undefined);
  const said = saysWho(item) ? { ...item, verified: isVerified } : item;
  return unproven === undefined ? { item: said, warnings } : unprovenItem(said, unproven, warnings, sender);
}

/** Only history grows old: who somebody is, and what belongs to them, is true however long ago it was said. */
const HISTORY: Readonly<Partial<Record<Item['type'], RetentionKind>>> = {
  track: 'events',
  page: 'pageViews',
  session: 'sessions',
};

function isTooOld({ type, timestamp, receivedAt }: Item, { retention }: Sender): boolean {
  const kind = HISTORY[type];
  const days = kind && retention?.[kind];
  return days !== undefined && timestamp < keptSince(days, receivedAt);
}

/** Which kind of sender it is, as rows and message ids tell it. */
export function sourceOf({ kind }: Pick<Sender, 'kind'>): Item['source'] {
  return kind === 'publishable' ? 'browser' : 'server';
}

/** Items that set registers on the record of a userId say there whether it was proven. */
function saysWho({ type, who }: Item): boolean {
  return who.userId !== undefined && SAYING_WHO.has(type);
}

const SAYING_WHO: ReadonlySet<Item['type']> = new Set(['identify', 'update', 'group', 'alias']);

/** The warning comes first: beyond some number they are not told. */
function unprovenItem(item: Item, pointer: string, warnings: readonly Warning[], { hashKey }: Sender): Normalised {
  const warning: Warning = { code: 'identity_unproven' satisfies WarningCode, pointer };
  const hashed = identifierHash(hashKey, 'user', item.who.userId ?? '');
  return { item, warnings: [warning, ...warnings], unproven: { pointer, identifierHash: hashed } };
}

/** The item's own id, else the call's Idempotency-Key, else a made one. */
function readMessageId(fields: Fields, sender: Sender): string {
  const own = optionalKey(fields, 'messageId');
  if (own !== undefined) return own;
  const key = cleanText(sender.idempotencyKey ?? '');
  if (key.length > MAX_LENGTH.id) throw tooLong('id_too_long', '/messageId', MAX_LENGTH.id);
  return key === '' ? sender.ids.uuid() : key;
}

/** What may be told and kept of an item that is not stored, whatever it looks like. */
function traces(raw: unknown, sender: Sender, forcedType: Item['type'] | undefined): Omit<Refused, keyof Verdict> {
  const fields = isFields(raw) ? raw : {};
  const identifier = identifierOf(fields);
  return {
    messageId: keyOf(fields.messageId) ?? keyOf(sender.idempotencyKey) ?? sender.ids.uuid(),
    itemType: forcedType ?? (isItemType(fields.type) ? fields.type : undefined),
    identifierHash: identifier && identifierHash(sender.hashKey, identifier.kind, identifier.value),
  };
}

/** The identifier the item would have been stored under. */
function identifierOf(fields: Fields): { readonly kind: 'user' | 'anon'; readonly value: string } | undefined {
  const userId = keyOf(fields.userId);
  if (userId !== undefined) return { kind: 'user', value: userId };
  const anonymousId = keyOf(fields.anonymousId);
  return anonymousId === undefined ? undefined : { kind: 'anon', value: anonymousId };
}

/** Text or a number as the key it would have been, or undefined when it could not be one. */
function keyOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > MAX_LENGTH.id) return undefined;
  return cleanText(text) || undefined;
}

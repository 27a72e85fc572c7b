/**
 * Segment's messages as ingestion items. Renames and chooses, judges nothing: what is wrong is handed on as it is, for
 * the pipeline to refuse by the rules all items have. Knows neither HTTP nor the pipeline.
 */
import type { SegmentType } from '../contract/segment.ts';
import { type Fields, isFields } from './refusal.ts';
import { fieldsOf, given, segmentContext, segmentSession, segmentTimes } from './segment-common.ts';
import { segmentPage } from './segment-page.ts';

/** What a batch says for all of its messages; a message's own word wins. */
export interface SegmentEnvelope {
  readonly context?: unknown;
  readonly sentAt?: unknown;
}

/** What a type of message says beyond who, when and where. @param context of the message and its batch together. */
type Reader = (message: Fields, context: Fields) => Fields;

const READERS: ReadonlyMap<unknown, Reader> = new Map<SegmentType, Reader>([
  ['identify', readIdentify],
  ['track', ({ event, properties }) => ({ type: 'track', name: event, properties })],
  ['page', readPage],
  ['screen', readPage],
  ['group', ({ groupId, traits }) => ({ type: 'group', groupId, traits })],
  ['alias', ({ previousId }) => ({ type: 'alias', previousId: given(previousId) })],
]);

/** A type no item has, so that a word of our own that is none of Segment's is refused here too. */
const NO_TYPE = 'unknown';

/**
 * One message as the item it stands for. Fields that are not Segment's are left behind.
 *
 * @param raw anything JSON can hold; what is no object comes back as it is.
 * @param type the type the address stands for; without it the message's own `type` decides.
 * @returns never throws, and never walks deeper than the fields it names.
 */
export function segmentItem(raw: unknown, type?: SegmentType, envelope: SegmentEnvelope = {}): unknown {
  if (!isFields(raw)) return raw;
  const context = { ...fieldsOf(envelope.context), ...fieldsOf(raw.context) };
  const common = {
    messageId: raw.messageId,
    userId: given(raw.userId),
    anonymousId: given(raw.anonymousId),
    sessionId: segmentSession(raw, context),
    context: segmentContext(context),
    userHash: raw.userHash,
    token: raw.token,
    ...segmentTimes(raw, envelope.sentAt),
  };
  const named = type ?? given(raw.type);
  const read = READERS.get(named);
  if (read) return { ...common, ...read(raw, context) };
  return { ...common, type: named === undefined ? undefined : NO_TYPE };
}

/** Without a userId it names nobody: traits of whoever the browser is. */
function readIdentify({ userId, traits }: Fields, context: Fields): Fields {
  const all = withContextTraits(given(traits), context.traits);
  if (given(userId) === undefined) return { type: 'update', traits: all ?? {} };
  return { type: 'identify', traits: all };
}

/** Phones repeat what they know of the person in the context; what the call itself says is newer. */
function withContextTraits(traits: unknown, known: unknown): unknown {
  if (!isFields(known)) return traits;
  if (traits === undefined) return known;
  return isFields(traits) ? { ...known, ...traits } : traits;
}

function readPage(message: Fields, context: Fields): Fields {
  return { type: 'page', ...segmentPage(message, context) };
}

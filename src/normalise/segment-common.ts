/** What all Segment messages have: absent values, times, the visit, the surroundings. Judges nothing. */
import { type Fields, isFields } from './refusal.ts';

/** A value, or undefined for what SDKs write when they have none: null and empty text. */
export function given(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

/** An object as it is; for anything else one without fields. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

const NO_FIELDS: Fields = {};

/**
 * When a message happened and was sent.
 *
 * `originalTimestamp` is the sender's own clock, so together with `sentAt` the clock can be corrected once more, and
 * right; `timestamp` beside it may have been corrected already. A message with `receivedAt` went through a server
 * before: its `timestamp` is right, and its `sentAt` says nothing about the way to us.
 *
 * @param batchSentAt holds for a message that has none of its own.
 */
export function segmentTimes(message: Fields, batchSentAt: unknown): Fields {
  const timestamp = given(message.timestamp);
  const original = given(message.originalTimestamp);
  if (given(message.receivedAt) !== undefined) return { timestamp: timestamp ?? original };
  const sentAt = given(message.sentAt) ?? given(batchSentAt);
  return { sentAt, timestamp: sentAt === undefined ? (timestamp ?? original) : (original ?? timestamp) };
}

/** The plugin that keeps sessions for Segment's SDKs writes them here. */
const SESSION_INTEGRATION = 'Actions Amplitude';

/** The visit, when a plugin or the page itself keeps one: as `sessionId`, in the context, or for Amplitude. */
export function segmentSession(message: Fields, context: Fields): string | number | undefined {
  const amplitude = fieldsOf(fieldsOf(message.integrations)[SESSION_INTEGRATION]).session_id;
  return [message.sessionId, context.sessionId, amplitude].find(isSession);
}

/** Plugins write -1, or an object of theirs, when there is none: no reason to lose the message. */
function isSession(value: unknown): value is string | number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0;
  return typeof value === 'string' && value.trim() !== '' && value !== '-1';
}

/** The surroundings under our names, and a proof of the userId, which SDKs can send nowhere else; `library`, `app`, `device`, `screen`, `network` and Client Hints are left behind. */
export function segmentContext(context: Fields): Fields {
  const { userAgent, ip, timezone, locale, campaign, userHash, token } = context;
  const { city, country } = fieldsOf(context.location);
  return { userAgent, ip, timezone, locale, city, country, campaign, userHash, token };
}

/** Whether a User-Agent is one of Segment's libraries: it tells of a program, not of the person it speaks for. */
export function isSegmentLibrary(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^analytics-?[a-z]+/i.test(userAgent);
}

/**
 * What widgets and servers send, and what they are answered. Items are judged one by one by the pipeline
 * (src/ingest/normalise.ts) by these rules, not as a whole by these shapes; keys not named here are ignored.
 */
import { z } from 'zod';
import { MAX_ATTRIBUTES, MAX_BATCH_ITEMS, MAX_ITEM_DEPTH, MAX_JWT_LENGTH, MAX_LENGTH } from '../limits.ts';
import { ITEM_CODES, WARNING_CODES } from './item-code.ts';
import { text, time, wireId } from './text.ts';

const anyTime = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .describe('RFC 3339: a time with any offset, or a date (midnight UTC).');

/** How a page shows that it may speak for a userId. */
export const proof = {
  userHash: z
    .string()
    .optional()
    .describe('With a publishable key: HMAC-SHA256 of the userId in hex, which proves it (identity verification).'),
  token: z
    .string()
    .max(MAX_JWT_LENGTH)
    .optional()
    .describe('Instead of userHash: a JWT (HS256) with the userId as `sub` and an `exp` at most 24 hours ahead.'),
};

const context = z
  .looseObject({
    userAgent: z.string().optional().describe('With a secret key: the User-Agent of the person spoken for.'),
    ip: z.string().optional().describe('With a secret key: the address, to look up the place. Not stored.'),
    timezone: z.string().optional().describe('IANA name, e.g. America/New_York.'),
    locale: z.string().optional().describe('Taken and not used yet.'),
    country: z.string().optional().describe('With a secret key: ISO 3166-1, two letters.'),
    city: z.string().optional().describe('With a secret key.'),
    referrer: text(MAX_LENGTH.url).optional().describe('Where a session came from, when the item itself does not say.'),
    campaign: z
      .record(z.string(), z.string())
      .optional()
      .describe('Of a page whose address has no utm_ parameters: `{source, medium, name, term, content, …}`.'),
    userHash: z.string().optional().describe('As beside the userId, for SDKs that can send it nowhere else.'),
    token: z.string().optional().describe('The same.'),
  })
  .describe('The surroundings. With a publishable key browser, system and place are read from the request.');

const common = {
  messageId: text(MAX_LENGTH.id)
    .optional()
    .describe('Made by the sender; the same id sent twice is stored once. Absent: Idempotency-Key, else one is made.'),
  timestamp: anyTime.optional().describe("When it happened, by the sender's clock. Absent: sentAt, else now."),
  sentAt: anyTime.optional().describe("The sender's clock at this sending attempt; corrects a clock that is off."),
  sessionId: text(MAX_LENGTH.id).optional().describe("The client's id of the visit."),
  ...proof,
  context: context.optional(),
};

const userId = text(MAX_LENGTH.id).describe("The customer's own id of the person. Placeholders are refused.");
const anonymousId = text(MAX_LENGTH.id).describe('The id a widget or SDK made for a browser.');

const who = {
  userId: userId.optional(),
  anonymousId: anonymousId.optional(),
  visitorId: text(MAX_LENGTH.id + 5)
    .optional()
    .describe('With a secret key: `vis_…`, `user:<userId>` or `anon:<anonymousId>`.'),
};

const traits = z
  .looseObject({
    name: z
      .string()
      .max(MAX_LENGTH.name)
      .nullable()
      .optional()
      .describe('Full name. Absent: made of firstName and lastName.'),
    email: z.string().max(MAX_LENGTH.email).nullable().optional().describe('Kept as sent; compared without case.'),
    phone: z.string().max(MAX_LENGTH.phone).nullable().optional().describe('Kept as sent.'),
    avatarUrl: z.string().max(MAX_LENGTH.url).nullable().optional().describe('http(s). Also as `avatar`.'),
    createdAt: z
      .union([anyTime, z.number(), z.null()])
      .optional()
      .describe("The customer's own date for the person; a number is a Unix time, in seconds or milliseconds."),
    company: z
      .union([z.string().max(MAX_LENGTH.id), z.looseObject({ id: text(MAX_LENGTH.id).optional() }), z.null()])
      .optional()
      .describe('A name that is also the id, or `{id, name?, …attributes}`.'),
  })
  .describe(
    `What is known of the person, per key; null or empty text removes. Everything else is an attribute: at most ` +
      `${MAX_ATTRIBUTES}, keys of ${MAX_LENGTH.key} characters, text of ${MAX_LENGTH.value}, ${MAX_ITEM_DEPTH} levels.`,
  );

/** Says who somebody is, links the anonymousId to them, and sets traits. */
export const identifyBody = z
  .looseObject({ userId, anonymousId: anonymousId.optional(), traits: traits.optional(), ...common })
  .meta({ id: 'IdentifyBody' });

/** Sets traits. */
export const updateBody = z.looseObject({ ...who, traits, ...common }).meta({ id: 'UpdateBody' });

/** Something a visitor did. */
export const trackBody = z
  .looseObject({
    ...who,
    name: text(MAX_LENGTH.eventName).describe('What happened, e.g. purchase_completed.'),
    properties: z.record(z.string(), z.unknown()).optional().describe('Facts of this one event; limits as for traits.'),
    ...common,
  })
  .meta({ id: 'TrackBody' });

/** A page a visitor saw. */
export const pageBody = z
  .looseObject({
    ...who,
    url: text(MAX_LENGTH.url).describe('http(s), or a path that starts with `/`. Its utm_ parameters are kept.'),
    page: text(MAX_LENGTH.pageName).optional().describe('A name for it, shown instead of the address.'),
    title: z.string().max(MAX_LENGTH.title).optional().describe('Of the document.'),
    referrer: z.string().max(MAX_LENGTH.url).optional().describe('http(s), or empty.'),
    ...common,
  })
  .meta({ id: 'PageBody' });

/** A visit begins, goes on or ends. */
export const sessionBody = z
  .looseObject({
    ...who,
    action: z.enum(['start', 'heartbeat', 'end']).describe('Heartbeats come every 15 s from a visible tab.'),
    page: z.string().max(MAX_LENGTH.url).optional().describe('Where the visitor is: a name or an address.'),
    referrer: z.string().max(MAX_LENGTH.url).optional().describe('Where the visit came from: http(s), or empty.'),
    ...common,
    sessionId: text(MAX_LENGTH.id).describe("The client's id of the visit."),
  })
  .meta({ id: 'SessionBody' });

/** Says which company somebody belongs to, and what is known of it. */
export const groupBody = z
  .looseObject({
    ...who,
    groupId: text(MAX_LENGTH.id).describe("The customer's own id of the company."),
    traits: z
      .looseObject({ name: z.string().max(MAX_LENGTH.name).nullable().optional() })
      .optional()
      .describe('`name` of the company; everything else is an attribute of it.'),
    ...common,
  })
  .meta({ id: 'GroupBody' });

/** Says that an anonymousId is a user. */
export const aliasBody = z
  .looseObject({ previousId: anonymousId.describe('The anonymousId it was so far.'), userId, ...common })
  .meta({ id: 'AliasBody' });

/** Every type of item, by the word that names it in a batch. */
export const ITEM_BODIES = {
  identify: identifyBody,
  update: updateBody,
  track: trackBody,
  page: pageBody,
  session: sessionBody,
  group: groupBody,
  alias: aliasBody,
} as const;

/** `identify`, `update`, `track`, `page`, `session`, `group` or `alias`. */
export type ItemType = keyof typeof ITEM_BODIES;

/** Up to 500 items of any type; each is judged by itself. */
export const batchBody = z
  .looseObject({
    items: z
      .array(
        z.discriminatedUnion('type', [
          identifyBody.extend({ type: z.literal('identify') }),
          updateBody.extend({ type: z.literal('update') }),
          trackBody.extend({ type: z.literal('track') }),
          pageBody.extend({ type: z.literal('page') }),
          sessionBody.extend({ type: z.literal('session') }),
          groupBody.extend({ type: z.literal('group') }),
          aliasBody.extend({ type: z.literal('alias') }),
        ]),
      )
      .max(MAX_BATCH_ITEMS)
      .describe('In the order they happened, if it matters: judged and stored as if sent one by one.'),
    sentAt: anyTime.optional().describe('Holds for every item that has none of its own.'),
  })
  .meta({ id: 'BatchBody' });

/** Whom a visitor token is for. */
export const visitorTokenBody = z
  .looseObject({
    anonymousId: anonymousId.describe(
      'Made by a widget or SDK of random bits: a UUID, at least 32 hex digits, or at least 22 base64url characters.',
    ),
    userId: userId.optional().describe('With its proof the token opens everything of the person.'),
    ...proof,
  })
  .meta({ id: 'VisitorTokenBody' });

/** Sent as `X-Visitor-Token`, or as `visitorToken` when a WebSocket is opened. */
export const visitorToken = z
  .object({ token: z.string().describe('Opaque.'), expiresAt: time.describe('A day ahead.') })
  .meta({ id: 'VisitorToken' });
export type VisitorToken = z.output<typeof visitorToken>;

/** What was mended instead of refused; absent when nothing was. */
export const warnings = z
  .array(z.object({ code: z.string().describe('What was done.'), pointer: z.string().describe('Where.') }))
  .describe(`What was mended: ${Object.keys(WARNING_CODES).join(', ')}.`);

const verdict = {
  messageId: z.string().describe("The item's own, or the one that was made for it."),
  visitorId: wireId('visitor').optional().describe('The person it belongs to now, when it was stored.'),
  status: z
    .enum(['accepted', 'duplicate', 'suppressed', 'rejected'])
    .describe('accepted: stored. duplicate: was stored before. suppressed: left out on purpose. rejected: malformed.'),
  code: z
    .string()
    .optional()
    .describe(`Why not: ${Object.keys(ITEM_CODES).join(', ')}, or a word of a later version.`),
  detail: z.string().optional().describe('The same in a sentence, with the limit.'),
  pointer: z.string().optional().describe('JSON pointer into the item.'),
  limit: z.number().optional().describe('The limit that was passed.'),
  warnings: warnings.optional(),
};

/** The answer to a single item. A rejected one is answered as a problem. */
export const ingestReply = z.object(verdict).meta({ id: 'IngestReply' });
export type IngestReply = z.output<typeof ingestReply>;

/** The answer to a batch: one result per item, in their order. */
export const batchReply = z
  .object({
    results: z
      .array(z.object({ index: z.int().min(0).describe('Position in the batch, from 0.'), ...verdict }))
      .describe('One per item, in their order.'),
  })
  .meta({ id: 'BatchReply' });
export type BatchReply = z.output<typeof batchReply>;

/** A visitor as it is answered, searched for and edited. */
import { z } from 'zod';
import { MAX_ATTRIBUTES, MAX_LENGTH } from '../limits.ts';
import { pageOrCursor, pageParameters, sliceArguments } from './page.ts';
import { booleanParameter, text, time, wireId } from './text.ts';

/** Name and version of a browser or operating system; both null when unknown. */
const software = z.object({ name: z.string().nullable(), version: z.string().nullable() });

/** The company a visitor belongs to, in short. */
export const companyReference = z
  .object({
    id: wireId('company'),
    externalId: z.string().describe("The customer's own id for the company."),
    name: z.string(),
  })
  .meta({ id: 'CompanyReference' });

/** The person, whatever ids and devices they came with. Unknown values are null, never missing. */
export const visitor = z
  .object({
    id: wireId('visitor'),
    userId: z.string().nullable().describe("The customer's own id for the person; null until identified."),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()).describe('Whatever else was sent about the person.'),
    location: z.object({
      city: z.string().nullable(),
      country: z.string().nullable().describe('ISO 3166-1, two letters.'),
      timezone: z.string().nullable().describe('IANA name.'),
    }),
    browser: software,
    os: software,
    device: z.string().nullable().describe('desktop, mobile, tablet, tv …'),
    firstSeenAt: time,
    lastSeenAt: time,
    conversationCount: z.int().min(0),
    sessionCount: z.int().min(0),
    known: z.boolean().describe('Name or email is known.'),
    identified: z.boolean().describe('Has a userId.'),
    verified: z
      .boolean()
      .describe(
        'Whoever last said who this is was a server, or proved it; and so did whoever set what is shown of them.',
      ),
    displayName: z.string().describe('Name, else email, else "Anonymous" and the last four characters of the id.'),
    createdAt: z.string().nullable().describe("The customer's own date for the person: RFC 3339, UTC."),
    firstContactAt: time.nullable().describe('When the visitor first wrote.'),
    lastMessageAt: time.nullable(),
    messageCount: z.int().min(0).describe('Messages the visitor wrote.'),
    eventCount: z.int().min(0).describe('Tracked events.'),
    tags: z.array(z.string()),
    repeat: z.boolean().describe('Came at least twice.'),
    company: companyReference.nullable(),
    online: z.boolean(),
    currentPage: z.string().nullable().describe('The page in front of the visitor now.'),
    currentSession: z
      .object({ id: wireId('session'), startedAt: time, duration: z.int().min(0).describe('Seconds so far.') })
      .nullable(),
    mergedFrom: z.array(wireId('visitor')).describe('Ids that were answered before and now lead here.'),
  })
  .meta({ id: 'Visitor' });
export type Visitor = z.output<typeof visitor>;

/** What a list of visitors may be ordered by. */
export const VISITOR_SORT_KEYS = [
  'lastSeenAt',
  'firstSeenAt',
  'name',
  'email',
  'messageCount',
  'sessionCount',
  'eventCount',
] as const;
export type VisitorSortKey = (typeof VISITOR_SORT_KEYS)[number];

const descending = VISITOR_SORT_KEYS.map((key) => `-${key}` as const);

/** The order of a list: a key, with `-` in front for descending. */
export const visitorSort = z.enum([...VISITOR_SORT_KEYS, ...descending]);
export type VisitorSort = z.output<typeof visitorSort>;

/** The query of GET /visitors. A parameter that is not listed is refused, so that a typing error never widens a list. */
export const visitorQuery = pageOrCursor(
  z.strictObject({
    search: z.string().max(MAX_LENGTH.email).optional().describe('Part of a name or email, taken literally.'),
    identified: booleanParameter.optional().describe('Has a userId.'),
    known: booleanParameter.optional().describe('Name or email is known.'),
    companyId: text(MAX_LENGTH.id).optional().describe("`com_…`, or the company's externalId."),
    hasEmail: booleanParameter.optional(),
    userId: text(MAX_LENGTH.id).optional().describe('Exactly this userId.'),
    anonymousId: text(MAX_LENGTH.id).optional().describe('Exactly this anonymousId.'),
    email: text(MAX_LENGTH.email).optional().describe('Exactly this email, case aside.'),
    sort: visitorSort.default('-lastSeenAt').describe('Ties are broken by id.'),
    ...pageParameters,
  }),
);
export type VisitorQuery = z.output<typeof visitorQuery>;

/** The same as arguments that come with their types. */
export const visitorArguments = z.strictObject({
  search: z.string().max(MAX_LENGTH.email).optional(),
  identified: z.boolean().optional(),
  known: z.boolean().optional(),
  companyId: text(MAX_LENGTH.id).optional(),
  hasEmail: z.boolean().optional(),
  userId: text(MAX_LENGTH.id).optional(),
  anonymousId: text(MAX_LENGTH.id).optional(),
  email: text(MAX_LENGTH.email).optional(),
  sort: visitorSort.default('-lastSeenAt'),
  ...sliceArguments,
});

const editedText = (limit: number) => z.string().nullable().optional().describe(`At most ${limit} characters.`);

/**
 * The body of PUT /visitors/{id}: what is not named stays, null removes. Only the shape is judged here; lengths, depth
 * and addresses are the normaliser's, which judges traits too and names the rule that was broken.
 */
export const visitorEdit = z
  .strictObject({
    name: editedText(MAX_LENGTH.name),
    email: editedText(MAX_LENGTH.email),
    phone: editedText(MAX_LENGTH.phone),
    avatarUrl: editedText(MAX_LENGTH.url),
    attributes: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(`At most ${MAX_ATTRIBUTES}, keys of ${MAX_LENGTH.key} characters; null removes one.`),
    company: z
      .union([z.string(), z.looseObject({ id: z.string(), name: z.string().optional() })])
      .nullable()
      .optional()
      .describe('Its name is its id, unless told apart.'),
  })
  .meta({ id: 'VisitorEdit' });
export type VisitorEdit = z.output<typeof visitorEdit>;

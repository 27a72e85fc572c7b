/** How long a workspace keeps each kind of data. */
import { z } from 'zod';
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from '../limits.ts';

/** What may be kept for a time. */
export const RETENTION_KINDS = ['events', 'pageViews', 'sessions', 'conversations', 'visitors'] as const;
/** One of them. */
export type RetentionKind = (typeof RETENTION_KINDS)[number];

const days = z.int().min(MIN_RETENTION_DAYS).max(MAX_RETENTION_DAYS).nullable();

const kinds = {
  events: days.describe('Tracked events, in days since they happened; null: for ever.'),
  pageViews: days.describe('Page views, in days since they happened; null: for ever.'),
  sessions: days.describe('Sessions, in days since their last activity; null: for ever.'),
  conversations: days.describe('Conversations and their messages, in days since the newest message; null: for ever.'),
  visitors: days.describe('Visitors who were not seen and not written with for so many days are deleted; null: never.'),
};

/** Days by kind. */
export const retention = z.object(kinds).meta({ id: 'Retention' });
export type Retention = z.output<typeof retention>;

const count = z.int().min(0);

/** What a run would delete now. */
export const retentionCounts = z
  .object({ events: count, pageViews: count, sessions: count, conversations: count, visitors: count })
  .meta({ id: 'RetentionCounts' });
export type RetentionCounts = z.output<typeof retentionCounts>;

/** The body of PUT /retention: what is not named stays. */
export const retentionBody = z
  .strictObject({
    ...z.object(kinds).partial().shape,
    dryRun: z.boolean().default(false).describe('Changes nothing, and answers what would go now.'),
  })
  .meta({ id: 'RetentionBody' });
export type RetentionBody = z.output<typeof retentionBody>;

/** What PUT /retention answers. */
export const retentionReply = retention
  .extend({
    wouldDelete: retentionCounts
      .nullable()
      .describe('Of a dry run: rows that would go now, people on legal hold left out. Otherwise null.'),
  })
  .meta({ id: 'RetentionReply' });
export type RetentionReply = z.output<typeof retentionReply>;

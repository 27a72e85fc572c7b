/** Anonymizing a visitor: what is asked, and what was taken away. */
import { z } from 'zod';
import { visitor } from './visitor.ts';

const count = z.int().min(0);

/** The body of POST /visitors/{id}/anonymize. */
export const anonymizeBody = z
  .strictObject({ dryRun: z.boolean().optional().describe('Answers what would be replaced, and changes nothing.') })
  .meta({ id: 'AnonymizeBody' });
export type AnonymizeBody = z.output<typeof anonymizeBody>;

/** How much was taken away or replaced, by kind of thing. */
export const replaced = z
  .object({
    identifiers: count.describe('userIds and anonymousIds that were taken away.'),
    values: count.describe('Values of fields and attributes that were taken away or reduced.'),
    edits: count.describe('Edits by hand whose record was deleted.'),
    events: count.describe('Events that lost their properties, or had a name replaced.'),
    pageViews: count.describe('Page views that lost a title, query string, referrer or part of their path.'),
    sessions: count.describe("Sessions that lost the client's id, referrer, UTM or part of their landing page."),
    conversations: count.describe('Subjects in which something was replaced.'),
    messages: count.describe('Messages in which something was replaced.'),
    notes: count.describe('Notes in which something was replaced.'),
    tags: count.describe('Tags in which something was replaced.'),
  })
  .meta({ id: 'Replaced' });
export type Replaced = z.output<typeof replaced>;

/** The answer of POST /visitors/{id}/anonymize. */
export const anonymizeReply = z.object({ visitor, replaced }).meta({ id: 'AnonymizeReply' });
export type AnonymizeReply = z.output<typeof anonymizeReply>;

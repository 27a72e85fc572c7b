/** Tags of a visitor. */
import { z } from 'zod';
import { MAX_LENGTH } from '../limits.ts';

/** The body of POST /visitors/{id}/tags. Only the shape is judged here; the service names the rule that was broken. */
export const tagBody = z
  .strictObject({
    tag: z
      .string()
      .describe(
        `At most ${MAX_LENGTH.tag} characters. Kept in lower case and with single spaces: \`VIP\` and \`vip\` are one tag.`,
      ),
  })
  .meta({ id: 'TagBody' });
export type TagBody = z.output<typeof tagBody>;

/** The tags of a person, each once, in order. */
export const visitorTags = z.object({ tags: z.array(z.string()) }).meta({ id: 'VisitorTags' });
export type VisitorTags = z.output<typeof visitorTags>;

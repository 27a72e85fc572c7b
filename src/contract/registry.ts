/** The vocabulary of a workspace as it appeared: attribute keys and event names. */
import { z } from 'zod';
import { time } from './text.ts';

/** An attribute key and every type its values had. */
export const attributeKey = z
  .object({
    owner: z.enum(['visitor', 'company']),
    key: z.string(),
    types: z.array(z.enum(['string', 'number', 'boolean', 'date', 'list', 'object'])),
    firstSeenAt: time,
  })
  .meta({ id: 'AttributeKey' });
export type AttributeKey = z.output<typeof attributeKey>;

/** The name of an event. */
export const eventName = z.object({ name: z.string(), firstSeenAt: time }).meta({ id: 'EventName' });
export type EventName = z.output<typeof eventName>;

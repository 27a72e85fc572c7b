/** A company as it is answered beside its visitors. */
import { z } from 'zod';
import { time } from './text.ts';
import { companyReference } from './visitor.ts';

/** An organisation that visitors belong to. */
export const company = companyReference
  .extend({
    attributes: z.record(z.string(), z.unknown()).describe('Whatever else was sent about it.'),
    createdAt: time.describe('When it was first named.'),
  })
  .meta({ id: 'Company' });
export type Company = z.output<typeof company>;

/** A company beside its visitors. */
import type { Company } from '../src/contract/company.ts';
import { builder } from './builder.ts';

/** An organisation that visitors belong to. */
export const company = builder.objectRef<Company>('Company');
builder.node(company, {
  description: 'An organisation that visitors belong to.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.company(id),
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: "The customer's own id for it." }),
    name: t.exposeString('name', { description: 'Its name; the external id until one was sent.' }),
    attributes: t.expose('attributes', { type: 'JSONObject', description: 'Whatever else was sent about it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first named.' }),
  }),
});

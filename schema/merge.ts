/** A merge of two visitors, in force or undone. */
import type { By } from '../src/context.ts';
import type { Merge } from '../src/contract/merge.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';

/** The key that did something. */
export const by = builder.objectRef<By>('By').implement({
  description: 'The key that did something, as it is recorded beside it.',
  fields: (t) => ({
    keyId: t.exposeID('keyId', { description: 'Its id.' }),
    name: t.exposeString('name', { description: 'Its name at that time.' }),
  }),
});

const mergeKind = builder.enumType('MergeKind', {
  description: 'How two visitors came to be one.',
  values: {
    identify: { description: 'An anonymous visitor said who they are.' },
    alias: { description: 'A server said that an anonymousId is a user.' },
    manual: { description: 'Somebody merged them by hand.' },
  } as const,
});

/** A merge, in force or undone. */
export const merge = builder.objectRef<Merge>('Merge');
builder.node(merge, {
  description: 'A merge, in force or undone. Both ids are as they were at the time.',
  // A merge that was only planned has no id, and is never answered as a merge.
  id: { resolve: ({ id }) => id ?? '' },
  loadWithoutCache: (id, ctx) => ctx.loaders.merge(id),
  fields: (t) => ({
    kind: t.expose('kind', { type: mergeKind, description: 'How it came about.' }),
    sourceVisitorId: t.exposeID('sourceVisitorId', { description: 'Who was merged.' }),
    targetVisitorId: t.exposeID('targetVisitorId', { description: 'Into whom.' }),
    planHash: t.exposeString('planHash', { nullable: true, description: 'Of the plan it carried out, if by hand.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    by: t.expose('by', { type: by, description: 'Who did it.' }),
    undoneAt: t.expose('undoneAt', { type: 'DateTime', nullable: true, description: 'When it was taken back.' }),
    undoneBy: t.expose('undoneBy', { type: by, nullable: true, description: 'Who took it back.' }),
  }),
});

/** Merges. */
export const mergeConnection = connectionOf<Merge>('Merge', merge, 'merges');

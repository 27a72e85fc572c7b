/** Reading visitors: one by any of its ids, or a list of them. */
import { visitorArguments } from '../src/contract/visitor.ts';
import { readId } from '../src/normalise/outside.ts';
import { countVisitors, getVisitor, sliceVisitors } from '../src/services/visitor.ts';
import { builder } from './builder.ts';
import { pageArgs } from './connection.ts';
import { readArguments } from './input.ts';
import { visitor, visitorConnection } from './visitor.ts';

const visitorSort = builder.enumType('VisitorSort', {
  description: 'What visitors are ordered by; ties are broken by id.',
  values: {
    lastSeenAt: { description: 'Seen longest ago first.' },
    lastSeenAtDesc: { value: '-lastSeenAt', description: 'Seen last first.' },
    firstSeenAt: { description: 'Oldest first.' },
    firstSeenAtDesc: { value: '-firstSeenAt', description: 'Newest first.' },
    name: { description: 'By name, those without one last.' },
    nameDesc: { value: '-name', description: 'By name backwards.' },
    email: { description: 'By email, those without one last.' },
    emailDesc: { value: '-email', description: 'By email backwards.' },
    messageCount: { description: 'Fewest messages first.' },
    messageCountDesc: { value: '-messageCount', description: 'Most messages first.' },
    sessionCount: { description: 'Fewest visits first.' },
    sessionCountDesc: { value: '-sessionCount', description: 'Most visits first.' },
    eventCount: { description: 'Fewest events first.' },
    eventCountDesc: { value: '-eventCount', description: 'Most events first.' },
  } as const,
});

builder.queryField('visitor', (t) =>
  t.field({
    type: visitor,
    nullable: true,
    description: 'One visitor; null beside an error. Needs visitors:read.',
    args: { id: t.arg.id({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }) },
    resolve: async (_root, { id }, ctx) => {
      const { visitor: found, redirectedFrom } = await getVisitor(ctx, readId(id));
      return { ...found, redirectedFrom };
    },
  }),
);

builder.queryField('visitors', (t) =>
  t.field({
    type: visitorConnection,
    description: 'Visitors that match all that is asked. Needs visitors:read.',
    args: {
      ...pageArgs,
      search: t.arg.string({ description: 'Part of a name or email, taken literally.' }),
      identified: t.arg.boolean({ description: 'Has a userId.' }),
      known: t.arg.boolean({ description: 'Name or email is known.' }),
      companyId: t.arg.string({ description: "`com_…`, or the company's externalId." }),
      hasEmail: t.arg.boolean({ description: 'Email is known.' }),
      userId: t.arg.string({ description: 'Exactly this userId.' }),
      anonymousId: t.arg.string({ description: 'Exactly this anonymousId.' }),
      email: t.arg.string({ description: 'Exactly this email, case aside.' }),
      sort: t.arg({ type: visitorSort, defaultValue: '-lastSeenAt', description: 'The order.' }),
    },
    resolve: async (_root, args, ctx) => {
      const { first, after, ...which } = readArguments(visitorArguments, args);
      const query = { ...which, limit: first, cursor: after };
      return { slice: await sliceVisitors(ctx, query), asked: query, total: () => countVisitors(ctx, query) };
    },
  }),
);

/** The person, whatever ids and devices they came with. */
import type { Visitor } from '../src/contract/visitor.ts';
import type { FoundVisitor } from '../src/loaders.ts';
import { etagOf } from '../src/services/visitor.ts';
import { builder } from './builder.ts';
import { company } from './company.ts';
import { connectionArguments, connectionOf, pageArgs } from './connection.ts';
import { conversation, conversationConnection } from './conversation.ts';
import { activityConnection, eventConnection, pageViewConnection } from './event.ts';
import { readArguments, sliceQuery } from './input.ts';
import { asksFor } from './look-ahead.ts';
import { mergeConnection } from './merge.ts';
import { noteConnection } from './note.ts';
import { sessionConnection } from './session.ts';
import { currentSession, location, software } from './visitor-parts.ts';

/** A visitor as services answer it, or as a loader found it. */
export type VisitorNode = Visitor & Partial<Pick<FoundVisitor, 'redirectedFrom'>>;

/** The person. */
export const visitor = builder.objectRef<VisitorNode>('Visitor');
builder.node(visitor, {
  description: 'The person, whatever ids and devices they came with. Unknown values are null.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.visitor(id as Visitor['id']),
  fields: (t) => ({
    userId: t.exposeString('userId', {
      nullable: true,
      description: "The customer's own id for the person; null until identified.",
    }),
    name: t.exposeString('name', { nullable: true, description: 'Full name.' }),
    email: t.exposeString('email', { nullable: true, description: 'As it was sent; compared without case.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'As it was sent.' }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture.' }),
    attributes: t.expose('attributes', {
      type: 'JSONObject',
      description: 'Whatever else was sent about the person.',
    }),
    location: t.expose('location', { type: location, description: 'Where they are.' }),
    browser: t.expose('browser', { type: software, description: 'What they browse with.' }),
    os: t.expose('os', { type: software, description: 'What it runs on.' }),
    device: t.exposeString('device', { nullable: true, description: 'desktop, mobile, tablet, tv …' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'The first sign of life.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'The last sign of life.' }),
    conversationCount: t.exposeInt('conversationCount', { description: 'Conversations they had.' }),
    sessionCount: t.exposeInt('sessionCount', { description: 'Visits.' }),
    known: t.exposeBoolean('known', { description: 'Name or email is known.' }),
    identified: t.exposeBoolean('identified', { description: 'Has a userId.' }),
    verified: t.exposeBoolean('verified', {
      description:
        'Whoever last said who this is was a server, or proved it; and so did whoever set what is shown of them.',
    }),
    displayName: t.exposeString('displayName', {
      description: 'Name, else email, else "Anonymous" and the last four characters of the id.',
    }),
    createdAt: t.exposeString('createdAt', {
      nullable: true,
      description: "The customer's own date for the person.",
    }),
    firstContactAt: t.expose('firstContactAt', { type: 'DateTime', nullable: true, description: 'First message.' }),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime', nullable: true, description: 'Last message.' }),
    messageCount: t.exposeInt('messageCount', { description: 'Messages the visitor wrote.' }),
    eventCount: t.exposeInt('eventCount', { description: 'Tracked events.' }),
    tags: t.exposeStringList('tags', { description: 'Tags of every record of the person.' }),
    repeat: t.exposeBoolean('repeat', { description: 'Came at least twice.' }),
    online: t.exposeBoolean('online', { description: 'Is here now.' }),
    currentPage: t.exposeString('currentPage', { nullable: true, description: 'The page in front of them now.' }),
    currentSession: t.expose('currentSession', {
      type: currentSession,
      nullable: true,
      description: 'The visit that is open now.',
    }),
    mergedFrom: t.exposeIDList('mergedFrom', { description: 'Ids that were answered before and now lead here.' }),
    redirectedFrom: t.id({
      nullable: true,
      description: 'The id that was asked for, when it was merged into this visitor.',
      resolve: ({ redirectedFrom }) => redirectedFrom,
    }),
    etag: t.string({
      description: 'Changes with every editable field: for `ifMatch`.',
      resolve: (each) => etagOf(each),
    }),
    company: t.field({
      type: company,
      nullable: true,
      description: 'The company they belong to.',
      resolve: (each, _args, ctx) => each.company && ctx.loaders.company(each.company.id),
    }),
    sessions: t.field({
      type: sessionConnection,
      description: 'Visits, newest first.',
      args: pageArgs,
      resolve: async ({ id, sessionCount }, args, ctx, info) => {
        const slice = sliceQuery(readArguments(connectionArguments, args));
        const asked = { ...slice, withPages: asksFor(info, 'pages') };
        return { slice: await ctx.loaders.sessions(id, asked), asked, total: () => sessionCount };
      },
    }),
    events: t.field({
      type: eventConnection,
      description: 'Tracked events, newest first.',
      args: pageArgs,
      resolve: async ({ id, eventCount }, args, ctx) => {
        const asked = { type: 'track', ...sliceQuery(readArguments(connectionArguments, args)) } as const;
        return { slice: await ctx.loaders.events(id, asked), asked, total: () => eventCount };
      },
    }),
    pageViews: t.field({
      type: pageViewConnection,
      description: 'Pages seen, newest first.',
      args: pageArgs,
      resolve: async ({ id }, args, ctx) => {
        const asked = { type: 'page', ...sliceQuery(readArguments(connectionArguments, args)) } as const;
        return { slice: await ctx.loaders.events(id, asked), asked, total: () => ctx.loaders.eventCount(id, asked) };
      },
    }),
    activity: t.field({
      type: activityConnection,
      description: 'Tracked events and page views, newest first.',
      args: pageArgs,
      resolve: async ({ id }, args, ctx) => {
        const asked = { type: 'all', ...sliceQuery(readArguments(connectionArguments, args)) } as const;
        return { slice: await ctx.loaders.events(id, asked), asked, total: () => ctx.loaders.eventCount(id, asked) };
      },
    }),
    notes: t.field({
      type: noteConnection,
      description: 'What was written down about them, newest first.',
      args: pageArgs,
      resolve: async ({ id }, args, ctx) => {
        const asked = sliceQuery(readArguments(connectionArguments, args));
        return { slice: await ctx.loaders.notes(id, asked), asked, total: () => ctx.loaders.noteCount(id) };
      },
    }),
    conversations: t.field({
      type: conversationConnection,
      description: 'Conversations, newest activity first. Needs conversations:read.',
      args: pageArgs,
      resolve: async ({ id, conversationCount }, args, ctx) => {
        const asked = sliceQuery(readArguments(connectionArguments, args));
        return { slice: await ctx.loaders.conversations(id, asked), asked, total: () => conversationCount };
      },
    }),
    merges: t.field({
      type: mergeConnection,
      description: 'Merges behind the person, in force and undone, newest first.',
      args: pageArgs,
      resolve: async ({ id }, args, ctx) => {
        const asked = sliceQuery(readArguments(connectionArguments, args));
        return { slice: await ctx.loaders.merges(id, asked), asked, total: () => ctx.loaders.mergeCount(id) };
      },
    }),
  }),
});

/** Visitors. */
export const visitorConnection = connectionOf<VisitorNode>('Visitor', visitor, 'visitors');

// Said here, as the two know each other.
builder.objectField(conversation, 'visitor', (t) =>
  t.field({
    type: visitor,
    nullable: true,
    description: 'The person it belongs to now; null beside an error. Needs visitors:read.',
    resolve: ({ visitorId }, _args, ctx) => ctx.loaders.visitor(visitorId),
  }),
);

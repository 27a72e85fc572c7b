/** What a workspace knows of itself: attribute keys, event names, rejected items. */
import type { IngestionIssue } from '../src/contract/ingestion-issue.ts';
import type { AttributeKey, EventName } from '../src/contract/registry.ts';
import { listIngestionIssues } from '../src/services/ingestion-issue.ts';
import { listAttributeKeys, listEventNames } from '../src/services/registry.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionOf, listedPage, pageArgs } from './connection.ts';
import { readArguments, sliceQuery } from './input.ts';

const attributeOwner = builder.enumType('AttributeOwner', {
  description: 'Whose attributes.',
  values: { visitor: { description: "A visitor's." }, company: { description: "A company's." } } as const,
});

const attributeKey = builder.objectRef<AttributeKey>('AttributeKey').implement({
  description: 'An attribute key that was used, and every type its values had.',
  fields: (t) => ({
    owner: t.expose('owner', { type: attributeOwner, description: 'Whose attribute it is.' }),
    key: t.exposeString('key', { description: 'The key.' }),
    types: t.exposeStringList('types', { description: 'string, number, boolean, date, list, object.' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'When it first appeared.' }),
  }),
});

const eventName = builder.objectRef<EventName>('EventName').implement({
  description: 'The name of an event that was tracked.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'When it first appeared.' }),
  }),
});

const ingestionIssue = builder.objectRef<IngestionIssue>('IngestionIssue').implement({
  description: 'A rejected item: why and where, never what. Hashes are keyed.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the issue.' }),
    code: t.exposeString('code', { description: 'Why.' }),
    pointer: t.exposeString('pointer', { nullable: true, description: 'JSON pointer into the item.' }),
    itemType: t.exposeString('itemType', { nullable: true, description: 'Type of the item.' }),
    keyId: t.exposeID('keyId', { description: 'The key it was sent with.' }),
    messageHash: t.exposeString('messageHash', { nullable: true, description: 'Of its messageId.' }),
    identifierHash: t.exposeString('identifierHash', { nullable: true, description: 'Of whom it was about.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was rejected.' }),
  }),
});

const attributeKeyConnection = connectionOf<AttributeKey>('AttributeKey', attributeKey, 'attribute keys');
const eventNameConnection = connectionOf<EventName>('EventName', eventName, 'names of events');
const issueConnection = connectionOf<IngestionIssue>('IngestionIssue', ingestionIssue, 'rejected items');

builder.queryFields((t) => ({
  attributeKeys: t.field({
    type: attributeKeyConnection,
    description: 'Attribute keys and the types they had. Needs visitors:read.',
    args: pageArgs,
    resolve: async (_root, args, ctx) => {
      const asked = sliceQuery(readArguments(connectionArguments, args));
      return listedPage(await listAttributeKeys(ctx, asked), asked);
    },
  }),
  eventNames: t.field({
    type: eventNameConnection,
    description: 'Names of events. Needs events:read.',
    args: pageArgs,
    resolve: async (_root, args, ctx) => {
      const asked = sliceQuery(readArguments(connectionArguments, args));
      return listedPage(await listEventNames(ctx, asked), asked);
    },
  }),
  ingestionIssues: t.field({
    type: issueConnection,
    description: 'Rejected items, newest first. Needs admin.',
    args: pageArgs,
    resolve: async (_root, args, ctx) => {
      const asked = sliceQuery(readArguments(connectionArguments, args));
      return listedPage(await listIngestionIssues(ctx, asked), asked);
    },
  }),
}));

/** What each query of the client is asked against a real server, and answers. */
import { expect } from 'vitest';
import type { QUERIES } from '../../sdk/generated/graphql.ts';
import type { SdkClients } from '../support/sdk-clients.ts';

/** A test of one operation: what it is told and answers, in a workspace of its own. */
export type Live = (clients: SdkClients) => Promise<void>;

/** By operation. */
export const queries: Readonly<Record<keyof typeof QUERIES, Live>> = {
  async visitor({ client }) {
    const { visitorId } = await client.visitors.identify({ userId: 'a', traits: { name: 'Ann', plan: 'free' } });
    const found = await client.query.visitor({ id: 'user:a' });
    expect(found).toMatchObject({ id: visitorId, name: 'Ann', attributes: { plan: 'free' }, redirectedFrom: null });
  },
  async visitors({ client }) {
    for (const userId of ['a', 'b', 'c']) await client.visitors.identify({ userId, traits: { name: `n-${userId}` } });
    await client.events.track({ anonymousId: 'x', name: 'looked' });
    const first = await client.query.visitors({ first: 2, sort: 'name', identified: true });
    expect(first.nodes.map(({ name }) => name)).toEqual(['n-a', 'n-b']);
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([3, true]);
    const after = first.pageInfo.endCursor;
    const rest = await client.query.visitors({ first: 2, after, sort: 'name', identified: true });
    expect([rest.nodes.map(({ name }) => name), rest.pageInfo.hasNextPage]).toEqual([['n-c'], false]);
  },
  async node({ client }) {
    const company = 'Acme';
    const { visitorId } = await client.visitors.identify({ userId: 'a', traits: { company } });
    const node = await client.query.node({ id: visitorId ?? '' });
    expect(node).toMatchObject({ __typename: 'Visitor', userId: 'a', company: { externalId: company } });
    const id = node?.__typename === 'Visitor' ? (node.company?.id ?? '') : '';
    expect(await client.query.node({ id })).toMatchObject({ __typename: 'Company', companyName: company });
  },
  async mergeSuggestions({ client }) {
    for (const userId of ['a', 'b']) await client.visitors.identify({ userId, traits: { email: 'x@example.com' } });
    const { nodes, totalCount } = await client.query.mergeSuggestions();
    expect([nodes.map(({ reason }) => reason), totalCount]).toEqual([['same_email'], 1]);
  },
  async attributeKeys({ client }) {
    await client.visitors.identify({ userId: 'a', traits: { plan: 'free', seats: 3 } });
    const { nodes } = await client.query.attributeKeys({ first: 1 });
    expect(nodes).toMatchObject([{ owner: 'visitor', key: 'plan', types: ['string'] }]);
  },
  async eventNames({ client }) {
    await client.events.track({ userId: 'a', name: 'bought' });
    expect((await client.query.eventNames()).nodes.map(({ name }) => name)).toEqual(['bought']);
  },
  async ingestionIssues({ client }) {
    await client.batch([{ type: 'track', userId: 'null', name: 'bought' }]);
    const { nodes } = await client.query.ingestionIssues();
    expect(nodes).toMatchObject([{ code: 'illegal_id', pointer: '/userId', itemType: 'track' }]);
  },
  async keys({ client }) {
    const { nodes } = await client.query.keys();
    expect(nodes.map(({ kind }) => kind).sort()).toEqual(['publishable', 'secret']);
    expect(JSON.stringify(nodes)).not.toMatch(/[ps]k_\w/);
  },
  async conversation({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { id } = await client.conversations.start({ visitorId: 'user:a', subject: 'Hi', message: { body: 'Hello' } });
    const found = await client.query.conversation({ id });
    expect(found).toMatchObject({ id, subject: 'Hi', lastMessage: { body: 'Hello', author: { kind: 'agent' } } });
  },
  async conversations({ client }) {
    for (const userId of ['a', 'b']) {
      await client.visitors.identify({ userId });
      await client.conversations.start({ visitorId: `user:${userId}`, message: { body: `for ${userId}` } });
    }
    const first = await client.query.conversations({ first: 1, status: 'open' });
    expect(first.nodes.map(({ lastMessage }) => lastMessage.body)).toEqual(['for b']);
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([2, true]);
    const rest = await client.query.conversations({ first: 1, status: 'open', after: first.pageInfo.endCursor });
    expect(rest.nodes.map(({ lastMessage }) => lastMessage.body)).toEqual(['for a']);
  },
  async settings({ client }) {
    await client.settings.rotateIdentitySecret();
    const { identityVerification, identitySecrets } = await client.query.settings();
    expect([identityVerification, identitySecrets.length, identitySecrets[0]?.expiresAt]).toEqual(['off', 1, null]);
  },
  async retention({ client }) {
    await client.retention.update({ events: 30 });
    const { events, visitors } = await client.query.retention();
    expect([events, visitors]).toEqual([30, null]);
  },
  async erasure({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { receipt } = await client.mutate.deleteVisitor({ id: 'user:a' });
    const found = await client.query.erasure({ id: receipt?.id ?? '' });
    expect(found).toMatchObject({ id: receipt?.id, status: 'done', receipt });
  },
  async legalHold({ client }) {
    const { visitorId } = await client.visitors.identify({ userId: 'a' });
    const none = { visitorId, hold: false, placedAt: null, by: null };
    expect(await client.query.legalHold({ id: 'user:a' })).toEqual(none);
  },
};

/** The client's GraphQL methods against a real server: each of the generated tables once, and how they are refused. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MUTATIONS, QUERIES } from '../../sdk/generated/graphql.ts';
import {
  createClient,
  ForbiddenError,
  IdentifiedConflictError,
  InvalidError,
  LegalHoldError,
  NoIdentitySecretError,
  NotFoundError,
  PreconditionFailedError,
  RejectedError,
  StalePlanError,
  UnauthenticatedError,
} from '../../sdk/index.ts';
import { listeningServer } from '../support/listening.ts';
import { all, clientsOf } from '../support/sdk-clients.ts';
import { type Live, queries } from './live-graphql-queries.ts';

const server = listeningServer();

const PAIR = { sourceVisitorId: 'anon:b', targetVisitorId: 'user:a' };

const mutations: Readonly<Record<keyof typeof MUTATIONS, Live>> = {
  async identifyVisitor({ client, page }) {
    const input = { userId: 'a', anonymousId: 'x', traits: { name: 'Ann' } };
    const { status, visitor, visitorId } = await client.mutate.identifyVisitor({ input });
    expect([status, visitor?.name, visitor?.id]).toEqual(['accepted', 'Ann', visitorId]);
    expect((await client.visitors.get('anon:x')).id).toBe(visitorId);
    expect((await page.mutate.identifyVisitor({ input })).visitor).toBeNull();
  },
  async trackEvent({ client }) {
    const input = { userId: 'a', name: 'bought', properties: { amount: 9 }, messageId: 'm' };
    expect((await client.mutate.trackEvent({ input })).status).toBe('accepted');
    expect((await client.mutate.trackEvent({ input })).status).toBe('duplicate');
    expect(await all(client.events.list('user:a'))).toMatchObject([{ name: 'bought', properties: { amount: 9 } }]);
  },
  async trackPageView({ client }) {
    await client.mutate.trackPageView({ input: { userId: 'a', url: '/pricing', title: 'Pricing' } });
    const [seen] = await all(client.events.list('user:a', { type: 'page' }));
    expect(seen?.properties).toMatchObject({ url: '/pricing', title: 'Pricing' });
  },
  async ingest({ client }) {
    const items = [
      { type: 'session', action: 'start', sessionId: 's', userId: 'a' },
      { type: 'group', userId: 'a', groupId: 'acme' },
      { type: 'track', userId: 'a', name: '' },
    ];
    const results = await client.mutate.ingest({ items });
    expect(results.map(({ index, status, code }) => [index, status, code])).toEqual([
      [0, 'accepted', null],
      [1, 'accepted', null],
      [2, 'rejected', 'missing_field'],
    ]);
    const { company, sessionCount } = await client.visitors.get('user:a');
    expect([company?.externalId, sessionCount]).toEqual(['acme', 1]);
  },
  async updateVisitor({ client }) {
    await client.visitors.identify({ userId: 'a', traits: { name: 'Ann', plan: 'free' } });
    const before = await client.query.visitor({ id: 'user:a' });
    const ifMatch = before?.etag ?? '';
    const edit = { id: 'user:a', input: { name: null, attributes: { plan: 'premium' } }, ifMatch };
    const { visitor, warnings } = await client.mutate.updateVisitor(edit);
    expect([visitor.name, visitor.attributes, warnings]).toEqual([null, { plan: 'premium' }, []]);
    await expect(client.mutate.updateVisitor(edit)).rejects.toThrow(PreconditionFailedError);
  },
  async addTag({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { tags, visitor, warnings } = await client.mutate.addTag({ id: 'user:a', tag: 'VIP' });
    expect([tags, visitor.tags, warnings]).toEqual([['vip'], ['vip'], []]);
  },
  async removeTag({ client }) {
    await client.visitors.identify({ userId: 'a' });
    await client.visitors.addTag('user:a', 'vip');
    expect((await client.mutate.removeTag({ id: 'user:a', tag: 'vip' })).tags).toEqual([]);
    await expect(client.mutate.removeTag({ id: 'user:a', tag: 'vip' })).rejects.toThrow(NotFoundError);
  },
  async addNote({ client }) {
    const { visitorId } = await client.visitors.identify({ userId: 'a' });
    const { note, visitor } = await client.mutate.addNote({ id: 'user:a', body: 'Called.' });
    expect([note.body, note.updatedAt, note.visitorId, visitor.id]).toEqual(['Called.', null, visitorId, visitorId]);
    expect(await all(client.notes.list('user:a'))).toMatchObject([{ id: note.id }]);
  },
  async updateNote({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { id: noteId } = await client.notes.add('user:a', 'Called.');
    const { note } = await client.mutate.updateNote({ id: 'user:a', noteId, body: 'Called twice.' });
    expect(note).toMatchObject({ id: noteId, body: 'Called twice.', updatedBy: note.by });
  },
  async deleteNote({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { id: noteId } = await client.notes.add('user:a', 'Called.');
    expect(await client.mutate.deleteNote({ id: 'user:a', noteId })).toBe(noteId);
    expect(await all(client.notes.list('user:a'))).toEqual([]);
  },
  async mergeVisitors({ client }) {
    const target = await client.visitors.identify({ userId: 'a', traits: { name: 'Ann' } });
    const source = await client.events.track({ anonymousId: 'b', name: 'looked' });
    const dry = await client.mutate.mergeVisitors({ input: { ...PAIR, dryRun: true } });
    expect([dry.merge, dry.visitor.eventCount]).toEqual([null, 1]);
    const { planHash } = dry.plan;
    const { merge } = await client.mutate.mergeVisitors({ input: { ...PAIR, planHash } });
    expect(merge).toMatchObject({ sourceVisitorId: source.visitorId, targetVisitorId: target.visitorId, planHash });
    expect((await client.query.visitor({ id: source.visitorId ?? '' }))?.redirectedFrom).toBe(source.visitorId);
  },
  async unmergeVisitors({ client }) {
    await client.visitors.identify({ userId: 'a', traits: { name: 'Ann' } });
    await client.events.track({ anonymousId: 'b', name: 'looked' });
    const { merge } = await client.mutate.mergeVisitors({ input: PAIR });
    const undone = await client.mutate.unmergeVisitors({ mergeId: merge?.id ?? '' });
    expect([undone.merge.undoneAt, undone.conflicts]).toEqual([expect.any(String), []]);
    expect((await client.visitors.get('anon:b')).name).toBeNull();
  },
  async anonymizeVisitor({ client }) {
    await client.visitors.identify({ userId: 'a', traits: { name: 'Ann' } });
    const { id } = await client.visitors.get('user:a');
    const dry = await client.mutate.anonymizeVisitor({ id, dryRun: true });
    expect([dry.visitor.name, (await client.visitors.get(id)).name]).toEqual([null, 'Ann']);
    const { visitor, replaced } = await client.mutate.anonymizeVisitor({ id });
    expect([visitor.id, visitor.name, replaced]).toEqual([id, null, dry.replaced]);
  },
  async startConversation({ client, page }) {
    const anonymousId = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';
    const { token } = await page.visitors.token({ anonymousId });
    const message = { body: 'Anybody there?' };
    const { conversation } = await page.mutate.startConversation({ input: { token, message } });
    expect(conversation).toMatchObject({ by: null, unread: { visitor: 0, agents: 1 }, lastMessage: message });
    expect((await client.visitors.get(`anon:${anonymousId}`)).messageCount).toBe(1);
  },
  async sendMessage({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { id } = await client.conversations.start({ visitorId: 'user:a', message: { body: 'Hello' } });
    const input = { body: 'Hello?', author: { kind: 'visitor' } } as const;
    const { message, warnings } = await client.mutate.sendMessage({ conversationId: id, input });
    expect(message).toMatchObject({ conversationId: id, body: 'Hello?', author: { kind: 'visitor', name: null } });
    expect([warnings, (await client.conversations.get(id)).messageCount]).toEqual([[], 2]);
  },
  async markRead({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const [visitorId, author] = ['user:a', { kind: 'visitor' } as const];
    const { id } = await client.conversations.start({ visitorId, author, message: { body: 'Hello' } });
    expect((await client.mutate.markRead({ conversationId: id })).unread.agents).toBe(0);
    const [first] = await all(client.conversations.messages(id));
    expect(first?.readAt).toEqual(expect.any(String));
  },
  async updateConversation({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { id } = await client.conversations.start({ visitorId: 'user:a', subject: 'Hi', message: { body: 'Hello' } });
    const { conversation } = await client.mutate.updateConversation({ id, input: { status: 'closed', subject: null } });
    expect([conversation.status, conversation.subject]).toEqual(['closed', null]);
  },
  async dismissMergeSuggestion({ client }) {
    for (const userId of ['a', 'b']) await client.visitors.identify({ userId, traits: { email: 'x@example.com' } });
    const [suggestion] = (await client.query.mergeSuggestions()).nodes;
    const id = suggestion?.id ?? '';
    expect(await client.mutate.dismissMergeSuggestion({ id })).toBe(id);
    expect((await client.query.mergeSuggestions()).totalCount).toBe(0);
  },
  async createKey({ client, url }) {
    const input = { kind: 'secret', name: 'Reader', scopes: ['visitors:read'] } as const;
    const { key, text } = await client.mutate.createKey({ input: { ...input, scopes: [...input.scopes] } });
    expect(key).toMatchObject({ ...input, hint: text.slice(-4), revokedAt: null });
    expect((await createClient({ url, key: text }).query.visitors()).totalCount).toBe(0);
  },
  async rotateKey({ client, url }) {
    const { key: old, text } = await client.mutate.createKey({ input: { kind: 'publishable', name: 'Page' } });
    const next = await client.mutate.rotateKey({ id: old.id, overlapSeconds: 0 });
    const input = { anonymousId: 'x', name: 'looked' };
    expect(next.key).toMatchObject({ kind: 'publishable', name: 'Page' });
    expect((await createClient({ url, key: next.text }).mutate.trackEvent({ input })).status).toBe('accepted');
    await expect(createClient({ url, key: text }).mutate.trackEvent({ input })).rejects.toThrow(UnauthenticatedError);
  },
  async revokeKey({ client, url }) {
    const { key, text } = await client.mutate.createKey({
      input: { kind: 'secret', name: 'x', scopes: ['visitors:read'] },
    });
    expect(await client.mutate.revokeKey({ id: key.id })).toBe(key.id);
    await expect(createClient({ url, key: text }).query.visitors()).rejects.toThrow(UnauthenticatedError);
  },
  async updateSettings({ client }) {
    const enforce = { input: { identityVerification: 'enforce' } } as const;
    await expect(client.mutate.updateSettings(enforce)).rejects.toThrow(NoIdentitySecretError);
    await client.settings.rotateIdentitySecret();
    expect((await client.mutate.updateSettings(enforce)).identityVerification).toBe('enforce');
    expect((await client.settings.get()).identityVerification).toBe('enforce');
  },
  async updateRetention({ client }) {
    await client.events.track({ userId: 'a', name: 'bought', timestamp: '2020-01-01T00:00:00.000Z' });
    const tried = await client.mutate.updateRetention({ input: { events: 30, dryRun: true } });
    expect([tried.retention.events, tried.wouldDelete?.events]).toEqual([30, 1]);
    const { retention, wouldDelete } = await client.mutate.updateRetention({ input: { events: 30 } });
    expect([retention.events, retention.sessions, wouldDelete]).toEqual([30, null, null]);
  },
  async rotateIdentitySecret({ client, page }) {
    const { text } = await client.mutate.rotateIdentitySecret({ overlapSeconds: 0 });
    await client.settings.update({ identityVerification: 'enforce' });
    const userHash = createHmac('sha256', text).update('a').digest('hex');
    const sent = page.mutate.identifyVisitor({ input: { userId: 'a', traits: {} } });
    await expect(sent).rejects.toMatchObject({ code: 'identity_unproven' });
    const proven = await page.mutate.identifyVisitor({ input: { userId: 'a', userHash, traits: {} } });
    expect([proven.status, (await client.visitors.get('user:a')).verified]).toEqual(['accepted', true]);
  },
  async exportVisitor({ client, page }) {
    await client.visitors.identify({ userId: 'a', traits: { name: 'Ann' } });
    const { url, expiresAt } = await client.mutate.exportVisitor({ id: 'user:a' });
    expect(Date.parse(expiresAt)).toBeGreaterThan(0);
    const { data } = (await (await fetch(url)).json()) as { data: { visitor: { name: string } } };
    expect(data.visitor.name).toBe('Ann');
    await expect(page.mutate.exportVisitor({ id: 'user:a' })).rejects.toThrow(ForbiddenError);
  },
  async issueVisitorToken({ page }) {
    const anonymousId = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';
    const { token, expiresAt } = await page.mutate.issueVisitorToken({ input: { anonymousId } });
    expect([token.split('.').length, Date.parse(expiresAt) > 0]).toEqual([3, true]);
    const weak = page.mutate.issueVisitorToken({ input: { anonymousId: 'x' } });
    await expect(weak).rejects.toMatchObject({ code: 'anonymous_id_too_weak' });
  },
  async deleteVisitor({ client }) {
    await client.visitors.identify({ userId: 'a', anonymousId: 'x', traits: { name: 'Ann' } });
    const dry = await client.mutate.deleteVisitor({ id: 'anon:x', dryRun: true });
    expect([dry.receipt, dry.erasure, dry.counts]).toEqual([null, null, expect.objectContaining({ records: 2 })]);
    const { receipt, erasure, counts } = await client.mutate.deleteVisitor({ id: 'anon:x' });
    expect([receipt?.counts, erasure, counts]).toEqual([dry.counts, null, null]);
    await expect(client.visitors.get('user:a')).rejects.toThrow(NotFoundError);
  },
  async verifyErasures({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { receipt } = await client.mutate.deleteVisitor({ id: 'user:a' });
    expect(await client.mutate.verifyErasures({ receipt })).toEqual({ valid: true, length: 1, brokenAt: null });
  },
  async unsuppressErasure({ client }) {
    await client.visitors.identify({ userId: 'a' });
    const { receipt } = await client.mutate.deleteVisitor({ id: 'user:a' });
    const id = receipt?.id ?? '';
    expect(await client.mutate.unsuppressErasure({ id })).toBe(id);
  },
  async setLegalHold({ client }) {
    await client.visitors.identify({ userId: 'a' });
    expect((await client.mutate.setLegalHold({ id: 'user:a', hold: true })).hold).toBe(true);
    await expect(client.visitors.delete('user:a')).rejects.toThrow(LegalHoldError);
  },
};

describe.each([
  ['query', QUERIES, queries],
  ['mutation', MUTATIONS, mutations],
] as const)('the methods of the table: each %s', (_kind, table, tests) => {
  it.each(Object.keys(table))('%s is carried out and answers', async (name) => {
    const live = (tests as Readonly<Record<string, Live>>)[name];
    if (!live) throw new Error(`${name} has no test against a real server.`);
    await live(await clientsOf(server()));
  });
});

describe('a refusal', () => {
  it('comes as the class of its code', async () => {
    const { client, page } = await clientsOf(server());
    for (const userId of ['a', 'b']) await client.visitors.identify({ userId });
    const input = { sourceVisitorId: 'user:a', targetVisitorId: 'user:b' };
    await expect(client.query.visitor({ id: 'user:nobody' })).rejects.toThrow(NotFoundError);
    await expect(client.query.visitors({ first: 0 })).rejects.toThrow(InvalidError);
    await expect(client.mutate.mergeVisitors({ input })).rejects.toThrow(IdentifiedConflictError);
    const stale = { input: { ...input, allowIdentified: true, planHash: 'old' } };
    await expect(client.mutate.mergeVisitors(stale)).rejects.toThrow(StalePlanError);
    const illegal = client.mutate.trackEvent({ input: { userId: 'undefined', name: 'x' } });
    await expect(illegal).rejects.toThrow(RejectedError);
    await expect(illegal).rejects.toMatchObject({ code: 'illegal_id', faults: [{ pointer: '/userId' }] });
    await expect(page.query.visitors()).rejects.toThrow(ForbiddenError);
  });

  it('of a key that does not work says so, and names its request', async () => {
    const { url } = await clientsOf(server());
    const stranger = createClient({ url, key: 'sk_wrong' });
    const refused = { code: 'unauthenticated', requestId: expect.stringMatching(/^req_/) };
    await expect(stranger.query.visitors()).rejects.toMatchObject({ ...refused, status: 401 });
    await expect(stranger.mutate.revokeKey({ id: 'key_x' })).rejects.toThrow(UnauthenticatedError);
  });
});

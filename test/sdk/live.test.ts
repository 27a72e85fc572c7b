/** The client against a real server: every method once, and what a lost answer leaves behind. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createClient,
  ForbiddenError,
  IdentifiedConflictError,
  NotFoundError,
  PreconditionFailedError,
  RejectedError,
  StalePlanError,
  UnauthenticatedError,
} from '../../sdk/index.ts';
import { listeningServer } from '../support/listening.ts';
import { all, clientsOf } from '../support/sdk-clients.ts';

const server = listeningServer();
// A little ahead of ours, so that the times of items are taken as they are and keep their order.
beforeAll(() => server().world.clock.set(new Date(Date.now() + 30_000)));

const clients = () => clientsOf(server());

describe('visitors', () => {
  it('are identified, updated, edited and read', async () => {
    const { client } = await clients();
    const { visitorId, status } = await client.visitors.identify({
      userId: 'u',
      traits: { name: 'Ann', plan: 'free' },
    });
    expect(status).toBe('accepted');
    await client.visitors.update({ userId: 'u', traits: { plan: 'premium' } });
    const edited = await client.visitors.edit('user:u', { email: 'ann@example.com' });
    expect(await client.visitors.get(visitorId ?? '')).toEqual(edited);
    expect(edited).toMatchObject({ name: 'Ann', email: 'ann@example.com', attributes: { plan: 'premium' } });
  });

  it('are found under ids of any characters', async () => {
    const { client } = await clients();
    const userId = 'a/b?c#d%e ü';
    await client.visitors.identify({ userId });
    expect((await client.visitors.get(`user:${userId}`)).userId).toBe(userId);
  });

  it('are listed to the end, across pages', async () => {
    const { client } = await clients();
    await client.batch(Array.from({ length: 7 }, (_, i) => ({ type: 'identify' as const, userId: `user-${i}` })));
    const found = await all(client.visitors.list({ identified: true, limit: 3, sort: 'firstSeenAt' }));
    expect(new Set(found.map(({ userId }) => userId)).size).toBe(7);
    expect((await client.visitors.list({ limit: 3 }).page()).meta).toMatchObject({ page: 1, total: 7, totalPages: 3 });
  });

  it('are edited only as they were read when that is asked for', async () => {
    const { client } = await clients();
    await client.visitors.identify({ userId: 'u' });
    const { etag } = await client.visitors.get('user:u').withResponse();
    const ifMatch = etag ?? '';
    await client.visitors.edit('user:u', { name: 'Ann' }, { ifMatch });
    const late = client.visitors.edit('user:u', { name: 'Bob' }, { ifMatch });
    await expect(late).rejects.toThrow(PreconditionFailedError);
  });

  it('are merged, listed as merged, found under both ids, and un-merged', async () => {
    const { client } = await clients();
    const a = await client.visitors.identify({ userId: 'a' });
    await client.events.track({ anonymousId: 'b', name: 'looked' });
    const plan = await client.visitors.merge({ sourceVisitorId: 'anon:b', targetVisitorId: 'user:a', dryRun: true });
    const planHash = plan.merge.planHash ?? undefined;
    const { merge } = await client.visitors.merge({ sourceVisitorId: 'anon:b', targetVisitorId: 'user:a', planHash });
    const { data, meta } = await client.visitors.get(merge.sourceVisitorId).withResponse();
    expect([data.id, meta?.redirectedFrom]).toEqual([a.visitorId, merge.sourceVisitorId]);
    expect((await all(client.merges.list('user:a'))).map(({ id }) => id)).toEqual([merge.id]);
    const { merge: undone } = await client.visitors.unmerge(merge.id ?? '');
    expect(undone.undoneAt).not.toBeNull();
  });

  it('who may be one person are suggested, and the suggestion dismissed', async () => {
    const { client } = await clients();
    for (const userId of ['a', 'b']) await client.visitors.identify({ userId, traits: { email: 'x@example.com' } });
    const [suggestion] = await all(client.mergeSuggestions.list());
    expect(suggestion).toMatchObject({ reason: 'same_email' });
    await expect(client.mergeSuggestions.dismiss(suggestion?.id ?? '')).resolves.toBeUndefined();
    expect(await all(client.mergeSuggestions.list())).toEqual([]);
  });
});

describe('activity', () => {
  it('is tracked and read back', async () => {
    const { client } = await clients();
    await client.events.track({ userId: 'u', name: 'bought', properties: { amount: 99.99 } });
    await client.pageViews.track({ userId: 'u', url: 'https://www.example.com/pricing', title: 'Pricing' });
    const { results } = await client.batch([
      { type: 'session', action: 'start', sessionId: 's', userId: 'u' },
      { type: 'track', name: '', userId: 'u' },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'rejected']);
    const events = await all(client.events.list('user:u', { type: 'all' }));
    expect(events.map(({ name }) => name).sort()).toEqual(['bought', 'page']);
    expect(await all(client.sessions.list('user:u'))).toHaveLength(1);
    expect((await all(client.eventNames.list())).map(({ name }) => name)).toEqual(['bought']);
    expect(await all(client.ingestionIssues.list())).toHaveLength(1);
  });

  it('is stored once though the answer was lost and the call repeated itself', async () => {
    const { url, client } = await clients();
    const { server: secret } = await server().callers();
    let isLost = false;
    const clumsy = createClient({
      url,
      key: secret.key,
      fetch: async (to, init) => {
        const answer = await fetch(to, init);
        if (isLost) return answer;
        isLost = true;
        throw new TypeError('socket hang up');
      },
    });
    expect(await clumsy.events.track({ userId: 'u', name: 'bought' })).toMatchObject({ status: 'duplicate' });
    expect(await all(clumsy.events.list('user:u'))).toHaveLength(1);
    await expect(client.visitors.get('user:u')).rejects.toThrow(NotFoundError); // another workspace
  });

  it('is stored once though every other answer to a tracker was lost', async () => {
    const { server: secret } = await server().callers();
    let requests = 0;
    const client = createClient({
      url: String(secret.where),
      key: secret.key,
      fetch: async (to, init) => {
        const answer = await fetch(to, init);
        requests += 1;
        if (init.method === 'POST' && requests % 2 === 1) throw new TypeError('socket hang up');
        return answer;
      },
    });
    const tracker = client.tracker({ flushAt: 7 });
    const ids = Array.from({ length: 50 }, (_, i) => tracker.track({ userId: 'u', name: 'step', properties: { i } }));
    await tracker.close();
    const events = await all(client.events.list('user:u', { limit: 100 }));
    expect(new Set(ids).size).toBe(50);
    expect(events.map(({ properties }) => (properties as { i: number }).i).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });
});

describe('the workspace', () => {
  it('makes, lists, rotates and revokes keys', async () => {
    const { client, url } = await clients();
    const made = await client.keys.create({ kind: 'secret', name: 'Reader', scopes: ['visitors:read'] });
    const reader = createClient({ url, key: made.key ?? '' });
    expect(await all(reader.visitors.list())).toEqual([]);
    const next = await client.keys.rotate(made.id, { overlapSeconds: 0 });
    expect(await all(createClient({ url, key: next.key ?? '' }).visitors.list())).toEqual([]);
    await expect(client.keys.revoke(next.id)).resolves.toBeUndefined();
    await expect(
      createClient({ url, key: next.key ?? '' })
        .visitors.list()
        .page(),
    ).rejects.toThrow(UnauthenticatedError);
    expect((await all(client.keys.list())).map(({ id }) => id)).toEqual(expect.arrayContaining([made.id, next.id]));
  });

  it('lists the attribute keys it has seen', async () => {
    const { client } = await clients();
    await client.visitors.identify({ userId: 'u', traits: { plan: 'premium' } });
    expect(await all(client.attributeKeys.list())).toMatchObject([{ key: 'plan' }]);
  });
});

describe('refusals', () => {
  it('come as the class of their code', async () => {
    const { client, page, url } = await clients();
    for (const userId of ['a', 'b']) await client.visitors.identify({ userId });
    const pair = { sourceVisitorId: 'user:a', targetVisitorId: 'user:b' };
    await expect(client.visitors.get('user:nobody')).rejects.toThrow(NotFoundError);
    await expect(client.visitors.merge(pair)).rejects.toThrow(IdentifiedConflictError);
    await expect(client.visitors.merge({ ...pair, allowIdentified: true, planHash: 'old' })).rejects.toThrow(
      StalePlanError,
    );
    await expect(client.visitors.identify({ userId: 'undefined' })).rejects.toThrow(RejectedError);
    await expect(page.visitors.list().page()).rejects.toThrow(ForbiddenError);
    await expect(createClient({ url, key: 'sk_wrong' }).visitors.get('vis_1')).rejects.toMatchObject({
      code: 'unauthenticated',
      status: 401,
      requestId: expect.any(String),
    });
  });

  it('point at what is wrong', async () => {
    const { client } = await clients();
    const refused = client.visitors.identify({ userId: 'null' });
    await expect(refused).rejects.toMatchObject({ code: 'illegal_id', faults: [{ pointer: '/userId' }] });
  });
});

/** What a visitor's token opens: their own conversations, and no fact that is for agents. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VISITOR_TOKEN_MS } from '../../src/limits.ts';
import { openServer, publishableKey, type TestServer } from '../support/http.ts';
import { type Booth, dataOf, openBooth, refusalOf } from './booth.ts';

let server: TestServer;
let booth: Booth;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.world.clock.set('2026-01-15T10:00:00.000Z');
  booth = await openBooth(server);
});

const UNKNOWN = 'cnv_01hkw9x3v0e7ntcq5r8d2m4z6b';

/** Every call about one conversation that visitors may make. */
const CALLS = [
  ['GET', '', undefined],
  ['GET', '/messages', undefined],
  ['POST', '/messages', { body: 'Let me in' }],
  ['POST', '/read', {}],
] as const;

describe('a visitor with a token', () => {
  it('starts a conversation, and comes into being by it', async () => {
    const guest = await booth.guest();
    const started = await guest.start();
    expect(started).toMatchObject({ by: null, status: 'open', unread: { visitor: 0, agents: 1 } });
    expect(started.lastMessage.author).toEqual({ kind: 'visitor', name: null, by: null });
    expect(await booth.visitor(`anon:${guest.anonymousId}`)).toMatchObject({
      id: started.visitorId,
      conversationCount: 1,
      messageCount: 1,
      firstSeenAt: '2026-01-15T10:00:00.000Z',
      firstContactAt: '2026-01-15T10:00:00.000Z',
    });
  });

  it('may send the token in the body instead', async () => {
    const { token } = await booth.guest();
    const body = { token, message: { body: 'Anybody there?' } };
    const { status, body: answer } = await server.call(booth.publishableKey, 'POST', '/conversations', body);
    expect([status, answer.data.lastMessage.author.kind]).toEqual([201, 'visitor']);
  });

  it('lists, reads and answers in their own, and reads what agents wrote', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    await booth.write(id, 'Yes', { author: { kind: 'agent', name: 'Sam' } });
    expect(dataOf(await guest.call('GET', '/conversations?unread=true'))).toMatchObject([{ id }]);
    const messages = dataOf(await guest.call('GET', `/conversations/${id}/messages`));
    expect(messages.map(({ body }: { body: string }) => body)).toEqual(['Anybody there?', 'Yes']);
    expect(dataOf(await guest.call('POST', `/conversations/${id}/read`, {})).unread).toEqual({ visitor: 0, agents: 1 });
    expect(dataOf(await guest.call('GET', '/conversations?unread=true'))).toEqual([]);
    expect((await guest.write(id, 'Thanks')).status).toBe(201);
    expect(dataOf(await guest.call('GET', `/conversations/${id}`)).messageCount).toBe(3);
  });

  it('is never told which key wrote', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    const { author } = await booth.write(id, 'Yes');
    await booth.start(`anon:${guest.anonymousId}`, 'Hello');
    const told = await Promise.all([
      guest.call('GET', '/conversations'),
      ...CALLS.map(([method, below, body]) => guest.call(method, `/conversations/${id}${below}`, body)),
      guest.call('POST', '/conversations', { message: { body: 'And another thing' } }),
    ]);
    const text = JSON.stringify(told.map((each) => [each.status, each.body, each.headers]));
    expect(text).not.toContain('key_');
    expect(text).not.toContain(author.by?.name);
    expect(told.every(({ status }) => status < 300)).toBe(true);
  });

  it.each(CALLS)(
    'finds neither another visitor’s conversation nor one that never was: %s …%s',
    async (method, below, body) => {
      const { id } = await (await booth.guest()).start();
      const guest = await booth.guest();
      await guest.start();
      const answers = [id, UNKNOWN, 'cnv_x', 'msg_x'].map((each) =>
        guest.call(method, `/conversations/${each}${below}`, body),
      );
      const [theirs, ...never] = (await Promise.all(answers)).map(({ status, body: { code, detail } }) => [
        status,
        code,
        detail,
      ]);
      expect(theirs?.slice(0, 2)).toEqual([404, 'not_found']);
      for (const each of never) expect(each).toEqual(theirs);
      expect(await booth.conversation(id)).toMatchObject({ messageCount: 1, unread: { visitor: 0, agents: 1 } });
    },
  );

  it('may not speak for anybody else, nor do what agents do', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    await booth.identify('ann');
    const message = { body: 'x' };
    for (const kind of ['agent', 'bot', 'system']) {
      const author = { kind };
      expect(refusalOf(await guest.call('POST', `/conversations/${id}/messages`, { ...message, author }))[0]).toBe(403);
      expect(refusalOf(await guest.call('POST', '/conversations', { message, author }))[0]).toBe(403);
    }
    const forbidden = [
      guest.call('POST', '/conversations', { message, visitorId: 'user:ann' }),
      guest.call('GET', '/conversations?visitorId=user:ann'),
      guest.call('PUT', `/conversations/${id}`, { status: 'closed' }),
      guest.call('GET', `/visitors/anon:${guest.anonymousId}/conversations`),
      guest.call('GET', '/visitors'),
    ];
    for (const answer of await Promise.all(forbidden)) expect(refusalOf(answer)).toEqual([403, 'forbidden']);
    const event = await guest.call('POST', `/conversations/${id}/messages`, { body: 'x', type: 'event' });
    expect(refusalOf(event)).toEqual([422, 'wrong_type']);
    expect((await booth.conversation(id)).messageCount).toBe(1);
  });

  it('beside a secret key is the visitor still', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    const other = await (await booth.guest()).start();
    const asServer = { 'x-api-key': booth.secretKey };
    expect(dataOf(await guest.call('GET', '/conversations', undefined, asServer))).toHaveLength(1);
    expect((await guest.call('GET', `/conversations/${other.id}`, undefined, asServer)).status).toBe(404);
    expect((await guest.call('PUT', `/conversations/${id}`, { status: 'closed' }, asServer)).status).toBe(403);
  });

  it('of another workspace, expired or forged opens nothing', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    const elsewhere = await openBooth(server);
    const there = { 'x-api-key': elsewhere.publishableKey };
    expect(refusalOf(await guest.call('GET', `/conversations/${id}`, undefined, there))[0]).toBe(401);
    const body = { token: guest.token, message: { body: 'x' } };
    const sent = await server.call(elsewhere.secretKey, 'POST', '/conversations', body);
    expect(refusalOf(sent)).toEqual([401, 'visitor_token_invalid']);
    server.world.clock.advance(VISITOR_TOKEN_MS);
    expect(refusalOf(await guest.call('GET', '/conversations'))).toEqual([401, 'visitor_token_invalid']);
    const late = await server.call(booth.publishableKey, 'POST', '/conversations', body);
    expect(refusalOf(late)).toEqual([401, 'visitor_token_invalid']);
  });

  it('whose key has ended is nobody, with the token in the body as well', async () => {
    const made = await booth.call('POST', '/keys', { kind: 'publishable', name: 'Old page' });
    const anonymousId = randomUUID();
    const { body } = await server.call(made.body.data.key, 'POST', '/visitors/token', { anonymousId });
    await server.call(booth.secretKey, 'DELETE', `/keys/${made.body.data.id}`);
    const sent = { token: body.data.token, message: { body: 'x' } };
    const answer = await server.call(booth.publishableKey, 'POST', '/conversations', sent);
    expect(refusalOf(answer)).toEqual([401, 'visitor_token_invalid']);
  });
});

describe('a publishable key without a token', () => {
  it.each([
    ['GET', '/conversations', undefined] as const,
    ['POST', '/conversations', { message: { body: 'x' } }] as const,
  ])('may not: %s %s', async (method, path, body) => {
    expect(refusalOf(await server.call(booth.publishableKey, method, path, body))).toEqual([403, 'forbidden']);
  });

  it.each(CALLS)('may not: %s /conversations/{id}%s', async (method, below, body) => {
    const { id } = await (await booth.guest()).start();
    const answer = await server.call(booth.publishableKey, method, `/conversations/${id}${below}`, body);
    expect(refusalOf(answer)).toEqual([403, 'forbidden']);
  });
});

describe('after a merge', () => {
  it('an unproven token still opens what its browser wrote, and nothing of the person', async () => {
    const guest = await booth.guest();
    const own = await guest.start();
    await booth.identify('ann');
    const anns = await booth.start('user:ann', 'For Ann alone');
    await booth.identify('ann', guest.anonymousId);
    const list = dataOf(await guest.call('GET', '/conversations'));
    expect(list.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    expect((await guest.call('GET', `/conversations/${anns.id}`)).status).toBe(404);
    expect(dataOf(await booth.call('GET', '/visitors/user:ann/conversations'))).toHaveLength(2);
  });

  it('a proven one opens all of the person, and starts under the person’s own userId', async () => {
    const browser = await booth.guest();
    const before = await browser.start('before');
    await booth.identify('ann', browser.anonymousId);
    const ann = await booth.guest('ann');
    const own = await ann.start('mine');
    const ids = dataOf(await ann.call('GET', '/conversations')).map(({ id }: { id: string }) => id);
    expect(ids.sort()).toEqual([before.id, own.id].sort());
    expect(dataOf(await browser.call('GET', '/conversations'))).toHaveLength(1);
  });

  it('that is undone, each token opens what it did before', async () => {
    await booth.identify('bob');
    await booth.identify('ann');
    const bobs = await booth.start('user:bob', 'For Bob');
    const merging = { sourceVisitorId: 'user:bob', targetVisitorId: 'user:ann', allowIdentified: true };
    const { merge } = dataOf(await booth.call('POST', '/visitors/merge', merging));
    const ann = await booth.guest('ann');
    expect((await ann.call('GET', `/conversations/${bobs.id}`)).status).toBe(200);
    await booth.call('POST', `/visitors/merges/${merge.id}/undo`, {});
    expect((await ann.call('GET', `/conversations/${bobs.id}`)).status).toBe(404);
    expect((await (await booth.guest('bob')).call('GET', `/conversations/${bobs.id}`)).status).toBe(200);
  });
});

describe('a page of any site', () => {
  const origin = 'https://www.shop.example';

  it('may ask, and is told what went wrong', async () => {
    const guest = await booth.guest();
    const { id } = await guest.start();
    for (const path of ['/conversations', `/conversations/${id}`, `/conversations/${UNKNOWN}`]) {
      const { headers } = await guest.call('GET', path, undefined, { origin });
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
    const preflight = await guest.call('OPTIONS', `/conversations/${id}/messages`, undefined, { origin });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
    expect(preflight.headers['access-control-allow-methods']).toContain('GET');
    expect(preflight.headers['access-control-allow-headers']).toContain('X-Visitor-Token');
  });

  it('may not when its key is for others, and never with a secret key', async () => {
    const key = await publishableKey(server.world, booth.workspace, ['https://other.example']);
    const guest = await booth.guest();
    const refused = await guest.call('GET', '/conversations', undefined, { origin, 'x-api-key': key });
    expect(refusalOf(refused)).toEqual([403, 'forbidden']);
    const leaked = await guest.call('GET', '/conversations', undefined, { origin, 'x-api-key': booth.secretKey });
    expect(refusalOf(leaked)).toEqual([403, 'secret_key_in_browser']);
  });

  it('is told how much more it may send', async () => {
    const guest = await booth.guest();
    const { headers } = await guest.call('GET', '/conversations');
    expect(headers.ratelimit).toMatch(/^"items";r=\d+;t=\d+$/);
  });
});

describe('an Idempotency-Key', () => {
  const body = { message: { body: 'Once' } };

  it('makes a visitor’s write happen once, with a newer token too', async () => {
    const guest = await booth.guest();
    const key = { 'idempotency-key': randomUUID() };
    const first = await guest.call('POST', '/conversations', body, key);
    server.world.clock.advance(1000);
    const renewed = await booth.guest(undefined, guest.anonymousId);
    const again = await renewed.call('POST', '/conversations', body, key);
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    expect(dataOf(await guest.call('GET', '/conversations'))).toHaveLength(1);
  });

  it('never answers one visitor what another was answered', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const [one, other] = [await booth.guest(), await booth.guest()];
    expect((await one.call('POST', '/conversations', body, key)).status).toBe(201);
    expect(refusalOf(await other.call('POST', '/conversations', body, key))).toEqual([422, 'idempotency_key_reused']);
  });
});

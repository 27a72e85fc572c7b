/** Messages: who writes them, what they may be, their order, and whether they were read. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { type Booth, dataOf, openBooth, refusalOf } from './booth.ts';

let server: TestServer;
let booth: Booth;
let id: string;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.world.clock.set('2026-01-15T10:00:00.000Z');
  booth = await openBooth(server);
  await booth.identify('ann');
  id = (await booth.start('user:ann', 'first')).id;
});

const AS_VISITOR = { author: { kind: 'visitor' } };
const bodies = async (query = '') => (await booth.messages(id, query)).map(({ body }) => body);
const post = (body: object) => booth.call('POST', `/conversations/${id}/messages`, body);

describe('messages', () => {
  it('are listed oldest first, or newest first, and walked in both directions', async () => {
    for (let i = 0; i < 5; i++) await booth.write(id, `message ${i}`);
    const expected = ['first', ...Array.from({ length: 5 }, (_, i) => `message ${i}`)];
    expect(await bodies()).toEqual(expected);
    expect(await bodies('&order=desc')).toEqual([...expected].reverse());
    for (const order of ['asc', 'desc']) {
      const walked: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const path = `/conversations/${id}/messages?limit=2&order=${order}${cursor && `&cursor=${cursor}`}`;
        const { body } = await booth.call('GET', path);
        walked.push(...body.data.map((each: { body: string }) => each.body));
        expect(body.meta.total).toBe(6);
        cursor = body.meta.nextCursor;
      }
      expect(walked).toEqual(order === 'asc' ? expected : [...expected].reverse());
    }
  });

  it('are each later than the one before, also when the clock stands still or goes back', async () => {
    await booth.write(id, 'at the same moment');
    server.world.clock.set('2026-01-15T09:00:00.000Z');
    await booth.write(id, 'an hour earlier');
    const times = (await booth.messages(id)).map(({ sentAt }) => sentAt);
    expect(times).toEqual(['2026-01-15T10:00:00.000Z', '2026-01-15T10:00:00.001Z', '2026-01-15T10:00:00.002Z']);
    expect((await booth.conversation(id)).lastMessageAt).toBe(times.at(-1));
  });

  it('written at once are all there, in one order, and counted', async () => {
    const wanted = Array.from({ length: 24 }, (_, i) => `message ${i}`);
    const sent = await Promise.all(wanted.map((body, i) => booth.write(id, body, i % 2 === 0 ? AS_VISITOR : {})));
    const messages = await booth.messages(id);
    const times = messages.map(({ sentAt }) => sentAt);
    expect(times).toEqual([...new Set(times)].sort());
    expect(
      messages
        .slice(1)
        .map((each) => each.body)
        .sort(),
    ).toEqual([...wanted].sort());
    expect(new Set(sent.map((each) => each.id)).size).toBe(24);
    const { messageCount, unread, lastMessage } = await booth.conversation(id);
    expect([messageCount, unread]).toEqual([25, { visitor: 13, agents: 12 }]);
    expect(lastMessage).toEqual(messages.at(-1));
    expect((await booth.visitor('user:ann')).messageCount).toBe(12);
  });

  it.each([
    ['agent', 'Sam'],
    ['bot', 'Robo'],
    ['system', null],
    ['visitor', null],
  ])('are written as %s', async (kind, name) => {
    const { author } = await booth.write(id, 'Hello', { author: { kind, ...(name && { name }) } });
    expect(author).toEqual({ kind, name, by: { keyId: expect.any(String), name: 'First secret key' } });
  });

  it.each(['text', 'event'])('of the type %s keep their text as it is', async (type) => {
    const text = '  <b>Two\nlines</b> & ünïcode 🎉  ';
    expect(await booth.write(id, text, { type })).toMatchObject({ type, body: text });
  });

  it.each(['image', 'file'])('of the type %s are addresses', async (type) => {
    const url = 'https://www.example.com/a.png?x=1#y';
    expect(await booth.write(id, ` ${url} `, { type })).toMatchObject({ type, body: url });
    for (const body of [
      'a.png',
      '/a.png',
      'javascript:alert(1)',
      'data:image/png;base64,AA',
      'https:/x',
      'ftp://x/y',
    ]) {
      const { status, body: problem } = await post({ body, type });
      expect([status, problem.code, problem.errors[0].pointer]).toEqual([422, 'bad_url', '/body']);
    }
    const long = await post({ body: `https://x.example/${'a'.repeat(2048)}`, type });
    expect([long.body.code, long.body.limit]).toEqual(['value_too_long', 2048]);
  });

  it('have 32768 bytes and not 32769, however many characters those are', async () => {
    expect((await booth.write(id, 'é'.repeat(16_384))).body).toHaveLength(16_384);
    const { status, body } = await post({ body: `a${'é'.repeat(16_384)}` });
    expect([status, body.code, body.limit, body.errors[0].pointer]).toEqual([422, 'value_too_long', 32_768, '/body']);
  });

  it.each(['', ' ', '\n\t', '\0', '\u00a0'])('say something: not %j', async (body) => {
    const answer = await post({ body });
    expect([refusalOf(answer), answer.body.errors[0].pointer]).toEqual([[422, 'missing_field'], '/body']);
    const started = await booth.call('POST', '/conversations', { visitorId: 'user:ann', message: { body } });
    expect([refusalOf(started), started.body.errors[0].pointer]).toEqual([[422, 'missing_field'], '/message/body']);
  });

  it('are cleaned of what no database holds, and say so', async () => {
    const { body } = await post({ body: 'a\0b\ud800c', author: { kind: 'bot', name: 'Ro\0bo' } });
    expect([body.data.body, body.data.author.name]).toEqual(['ab\ufffdc', 'Robo']);
    expect(body.meta.warnings).toEqual([
      { code: 'text_cleaned', pointer: '/body' },
      { code: 'text_cleaned', pointer: '/author/name' },
    ]);
  });

  it.each([
    [{ body: 7 }, '/body'],
    [{}, '/body'],
    [{ body: 'x', type: 'video' }, '/type'],
    [{ body: 'x', author: { kind: 'boss' } }, '/author/kind'],
    [{ body: 'x', author: { kind: 'agent', keyId: 'key_x' } }, '/author/keyId'],
    [{ body: 'x', sentAt: '2020-01-01' }, '/sentAt'],
  ])('are refused with a pointer when they are %j', async (body, pointer) => {
    const answer = await post(body);
    expect([refusalOf(answer), answer.body.errors[0].pointer]).toEqual([[422, 'invalid'], pointer]);
  });

  it.each([
    [{ body: 'x', type: 'event', author: { kind: 'visitor' } }, 'wrong_type', '/type'],
    [{ body: 'x', author: { kind: 'visitor', name: 'Eve' } }, 'unknown_field', '/author/name'],
    [{ body: 'x', author: { name: 'n'.repeat(256) } }, 'name_too_long', '/author/name'],
  ])('keep the rules of their authors: %j', async (body, code, pointer) => {
    const answer = await post(body);
    expect([refusalOf(answer), answer.body.errors[0].pointer]).toEqual([[422, code], pointer]);
  });

  it('that were refused leave nothing behind', async () => {
    await post({ body: ' ' });
    await post({ body: 'x', author: { kind: 'visitor', name: 'Eve' } });
    expect([await bodies(), (await booth.visitor('user:ann')).messageCount]).toEqual([['first'], 0]);
  });
});

describe('reading', () => {
  const read = async (body: object = {}) => dataOf(await booth.call('POST', `/conversations/${id}/read`, body));
  const readTimes = async () => (await booth.messages(id)).map(({ readAt }) => readAt);
  const at = '2026-01-15T10:01:00.000Z';

  beforeEach(async () => {
    for (const body of ['one', 'two', 'three']) await booth.write(id, body, AS_VISITOR);
    server.world.clock.set(at);
  });

  it('marks what the other side wrote, and nothing else', async () => {
    expect((await booth.conversation(id)).unread).toEqual({ visitor: 1, agents: 3 });
    expect((await read()).unread).toEqual({ visitor: 1, agents: 0 });
    expect(await readTimes()).toEqual([null, at, at, at]);
  });

  it('up to a message leaves those behind it', async () => {
    const [, , two] = await booth.messages(id);
    expect((await read({ upTo: two?.id })).unread.agents).toBe(1);
    expect(await readTimes()).toEqual([null, at, at, null]);
  });

  it('again changes nothing', async () => {
    await read();
    server.world.clock.advance(60_000);
    expect((await read()).unread).toEqual({ visitor: 1, agents: 0 });
    expect(await readTimes()).toEqual([null, at, at, at]);
  });

  it('up to a message of another conversation is refused', async () => {
    const other = await booth.start('user:ann');
    const answer = await booth.call('POST', `/conversations/${id}/read`, { upTo: other.lastMessage.id });
    expect([refusalOf(answer), (await booth.conversation(id)).unread.agents]).toEqual([[404, 'not_found'], 3]);
  });

  it('while others write counts exactly', async () => {
    const writes = Array.from({ length: 12 }, (_, i) => booth.write(id, `more ${i}`, AS_VISITOR));
    await Promise.all([...writes, ...Array.from({ length: 6 }, () => read())]);
    const unread = (await booth.messages(id)).filter(({ author, readAt }) => author.kind === 'visitor' && !readAt);
    expect((await booth.conversation(id)).unread).toEqual({ visitor: 1, agents: unread.length });
  });
});

/** The list of visitors: who is found, in which order, and that its pages are the whole list, once. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IngestReply } from '../../src/contract/ingest.ts';
import { VISITOR_SORT_KEYS, type Visitor, type VisitorSortKey } from '../../src/contract/visitor.ts';
import type { Answer, Client } from '../support/client.ts';
import { type ListeningServer, listen } from '../support/listening.ts';

/** Random lists that are walked; PROPERTY_RUNS asks for more. */
const RUNS = Number(process.env.PROPERTY_RUNS || 15);
const RUNS_MS = 60_000 + RUNS * 1000;

let listening: ListeningServer;
let server: Client;

beforeAll(async () => {
  listening = await listen();
});
beforeEach(async () => {
  ({ server } = await listening.callers());
});
afterAll(() => listening.close());

describe('search', () => {
  const NAMES = [
    'John Doe',
    'Jane',
    'Benji',
    '100% real',
    '1000 real',
    'a_b',
    'axb',
    'back\\slash',
    'Žofia Østergaard',
  ];

  beforeEach(async () => {
    const named = NAMES.map((name, i) => ({ type: 'identify', userId: `u${i}`, traits: { name } }));
    const mailed = { type: 'identify', userId: 'mail', traits: { email: 'J.Strasse+news@Example.com' } };
    await server.post('/batch', { items: [...named, mailed, { type: 'track', anonymousId: 'a1', name: 'seen' }] });
  });

  it.each([
    ['any part', 'ohn', ['John Doe']],
    ['any case', 'JOHN D', ['John Doe']],
    ['no accents', 'zofia ost', ['Žofia Østergaard']],
    ['other accents', 'zöfíā', ['Žofia Østergaard']],
    ['white space around', '  john  ', ['John Doe']],
    ['a part of an email', 'news@exam', ['J.Strasse+news@Example.com']],
    ['a letter that folds into two', 'straße', ['J.Strasse+news@Example.com']],
    ['% as itself', '00%', ['100% real']],
    ['_ as itself', 'a_b', ['a_b']],
    ['\\ as itself', 'k\\s', ['back\\slash']],
    ['one letter that begins words', 'j', ['J.Strasse+news@Example.com', 'Jane', 'John Doe']],
    ['two letters that begin a word', 'do', ['John Doe']],
    ['two letters inside a word, which is too little', 'oe', []],
    ['three letters inside a word', 'doe', ['John Doe']],
    ['% alone, which begins no word', '%', []],
    ['what nobody has', 'nobody', []],
  ])('finds by %s', async (_what, term, expected) => {
    const { data, meta } = await server.get<Visitor[]>(`/visitors?search=${encodeURIComponent(term)}`);
    expect(data.map(({ displayName }) => displayName).sort()).toEqual(expected);
    expect(meta.total).toBe(expected.length);
  });

  it.each(['', '%20', '%20%09%E3%80%80'])('for nothing (%j) finds everybody, the unknown too', async (nothing) => {
    expect((await server.get(`/visitors?search=${nothing}`)).meta.total).toBe(NAMES.length + 2);
  });

  it('combines with other conditions', async () => {
    await server.post('/visitors/identify', { userId: 'u99', traits: { name: 'John', email: 'john@example.com' } });
    expect(await userIds('search=john&hasEmail=true')).toEqual(['u99']);
    expect(await userIds('search=john&hasEmail=false')).toEqual(['u0']);
  });
});

describe('a condition', () => {
  beforeEach(async () => {
    await server.post('/batch', {
      items: [
        { type: 'identify', userId: 'both', anonymousId: 'phone', traits: { name: 'Both', email: 'Both@Example.com' } },
        { type: 'track', userId: 'only-id', name: 'seen' },
        { type: 'update', anonymousId: 'only-name', traits: { name: 'Named' } },
        { type: 'track', anonymousId: 'neither', name: 'seen' },
      ],
    });
  });

  it.each([
    ['identified=true', ['both', 'only-id']],
    ['identified=false', ['anon Named', 'anon Anonymous']],
    ['known=true', ['both', 'anon Named']],
    ['known=false', ['only-id', 'anon Anonymous']],
    ['identified=false&known=true', ['anon Named']],
    ['identified=true&known=false', ['only-id']],
    ['hasEmail=true', ['both']],
    ['userId=both', ['both']],
    ['userId=bot', []],
    ['userId=phone', []],
    ['anonymousId=phone', ['both']],
    ['anonymousId=both', []],
    ['email=both@EXAMPLE.com', ['both']],
    ['email=both@example.co', []],
    ['companyId=nowhere', []],
  ])('%s keeps exactly those', async (query, expected) => {
    const { data, meta } = await server.get<Visitor[]>(`/visitors?${query}`);
    const shown = data.map(({ userId, displayName }) => userId ?? `anon ${displayName.split(' ')[0]}`);
    expect(shown.sort()).toEqual([...expected].sort());
    expect(meta.total).toBe(expected.length);
  });

  it('on an id that was merged away finds whom it was merged into, and only that one is listed', async () => {
    const { data: source } = await server.get<Visitor>('/visitors/anon:neither');
    await server.post('/visitors/merge', { sourceVisitorId: source.id, targetVisitorId: 'user:only-id' });
    expect(await userIds('anonymousId=neither')).toEqual(['only-id']);
    const { data, meta } = await server.get<Visitor[]>('/visitors');
    expect(data.map(({ id }) => id)).not.toContain(source.id);
    expect(meta.total).toBe(3);
  });

  it('finds nobody of another workspace, by any of their ids', async () => {
    const { server: stranger } = await listening.callers();
    const { data } = await server.get<Visitor>('/visitors/user:both');
    for (const query of ['', '?userId=both', '?anonymousId=phone', '?email=both@example.com', '?search=both']) {
      expect((await stranger.get(`/visitors${query}`)).meta.total).toBe(0);
    }
    for (const id of [data.id, 'user:both', 'anon:phone']) {
      expect((await stranger.get(`/visitors/${id}`)).problem.code).toBe('not_found');
    }
  });
});

describe('a page', () => {
  it('holds at most its limit, and tells what is left', async () => {
    const items = Array.from({ length: 101 }, (_, i) => ({ type: 'track', userId: `u${i}`, name: 'seen' }));
    await server.post('/batch', { items });
    const left = async (query: string) => {
      const { data, meta } = await server.get<Visitor[]>(`/visitors?${query}`);
      return [data.length, meta.page, meta.total, meta.totalPages, meta.nextCursor !== null];
    };
    expect(await left('limit=1')).toEqual([1, 1, 101, 101, true]);
    expect(await left('limit=100')).toEqual([100, 1, 101, 2, true]);
    expect(await left('limit=100&page=2')).toEqual([1, 2, 101, 2, false]);
    expect(await left('limit=100&page=3')).toEqual([0, 3, 101, 2, false]);
    expect(await left('')).toEqual([20, 1, 101, 6, true]);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['page=0', '/page'],
    ['sort=age', '/sort'],
    ['serach=john', '/serach'],
    ['identified=1', '/identified'],
    ['page=1&cursor=abc', '/cursor'],
  ])('asked for with %s is refused at %s', async (query, pointer) => {
    const { status, problem } = await server.get(`/visitors?${query}`);
    expect([status, problem.code, problem.errors.map((fault) => fault.pointer)]).toEqual([422, 'invalid', [pointer]]);
  });

  it('is not found by the cursor of another order', async () => {
    for (const userId of ['u1', 'u2']) await server.post('/events', { userId, name: 'seen' });
    const { meta } = await server.get('/visitors?limit=1&sort=name');
    const { status, problem } = await server.get(`/visitors?limit=1&sort=-name&cursor=${meta.nextCursor}`);
    expect([status, problem.errors[0]?.pointer]).toEqual([422, '/cursor']);
  });

  it('by cursor repeats nobody when somebody new comes in front', async () => {
    for (const userId of ['u1', 'u2', 'u3']) await arrive(userId);
    const first = await server.get<Visitor[]>('/visitors?limit=2');
    await arrive('u4');
    const second = await server.get<Visitor[]>(`/visitors?limit=2&cursor=${first.meta.nextCursor}`);
    expect([...first.data, ...second.data].map(({ userId }) => userId)).toEqual(['u3', 'u2', 'u1']);
    expect([second.meta.page, second.meta.total, second.meta.nextCursor]).toEqual([null, 4, null]);
  });

  function arrive(userId: string): Promise<Answer<IngestReply>> {
    listening.world.clock.advance(1000);
    return server.post('/events', { userId, name: 'seen' });
  }
});

describe('an order', () => {
  it.each<[VisitorSortKey, string[]]>([
    ['lastSeenAt', ['ben', 'ann', 'cleo']],
    ['firstSeenAt', ['cleo', 'ann', 'ben']],
    ['name', ['ann', 'ben', 'cleo']],
    ['email', ['cleo', 'ben', 'ann']],
    ['messageCount', ['ann', 'ben', 'cleo']],
    ['sessionCount', ['ben', 'cleo', 'ann']],
    ['eventCount', ['ann', 'cleo', 'ben']],
  ])('by %s is kept, and turned round', async (key, expected) => {
    const day = (date: number) => ({ timestamp: `2024-01-0${date}` });
    const visit = (sessionId: string) => ({ type: 'session', action: 'start', sessionId });
    const event = { type: 'track', name: 'seen' };
    // Ids in this order: it is what breaks the ties of messageCount.
    const items = [
      { type: 'identify', userId: 'ann', traits: { name: 'ann', email: 'z@example.com' }, ...day(3) },
      { type: 'identify', userId: 'ben', traits: { name: 'Ben', email: 'Y@example.com' }, ...day(4) },
      { type: 'identify', userId: 'cleo', traits: { name: 'Cléo', email: 'x@example.com' }, ...day(2) },
      { ...visit('s1'), userId: 'ann', ...day(5) },
      { ...visit('s2'), userId: 'ann', ...day(5) },
      { ...visit('s1'), userId: 'cleo', ...day(6) },
      { ...event, userId: 'cleo', ...day(6) },
      { ...event, userId: 'ben', ...day(4) },
      { ...event, userId: 'ben', ...day(4) },
    ];
    for (const item of items) await server.post('/batch', { items: [item] });
    expect(await userIds(`sort=${key}`)).toEqual(expected);
    expect(await userIds(`sort=-${key}`)).toEqual(expected.toReversed());
  });

  it(
    'is the whole list in pages and by cursor, without a gap or a repetition, ties broken by id',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          people,
          fc.constantFrom(...VISITOR_SORT_KEYS),
          fc.boolean(),
          fc.integer({ min: 1, max: 9 }),
          walk,
        ),
        { numRuns: RUNS },
      );
    },
    RUNS_MS,
  );

  /** Few different values, so that ties are the rule. */
  const people = fc.array(
    fc.record({
      name: fc.constantFrom(null, 'ann', 'ben', 'b'),
      email: fc.constantFrom(null, 'a@example.com', 'b@example.com'),
      day: fc.integer({ min: 1, max: 3 }),
      events: fc.integer({ min: 0, max: 4 }),
      sessions: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 24 },
  );

  async function walk(
    persons: typeof people extends fc.Arbitrary<infer Persons> ? Persons : never,
    key: VisitorSortKey,
    isDescending: boolean,
    limit: number,
  ): Promise<void> {
    const { server: own } = await listening.callers();
    const items = persons.flatMap(({ name, email, day, events, sessions }, i) => {
      const who = { userId: `u${i}`, timestamp: `2024-01-0${day}` };
      return [
        { type: 'identify', ...who, traits: { name, email } },
        ...Array.from({ length: events }, () => ({ type: 'track', ...who, name: 'seen' })),
        ...Array.from({ length: sessions }, (_, s) => ({
          type: 'session',
          action: 'start',
          ...who,
          sessionId: `s${s}`,
        })),
      ];
    });
    await own.post('/batch', { items });
    const list = `/visitors?sort=${isDescending ? '-' : ''}${key}`;
    const whole = (await own.get<Visitor[]>(`${list}&limit=100`)).data;
    expect(new Set(whole.map(({ id }) => id)).size).toBe(persons.length);
    expect(whole).toEqual(whole.toSorted((left, right) => compare(left, right, key) * (isDescending ? -1 : 1)));
    expect(await own.all<Visitor>(list, limit)).toEqual(whole);
    const paged: Visitor[] = [];
    for (let page = 1; page <= Math.ceil(persons.length / limit); page++) {
      paged.push(...(await own.get<Visitor[]>(`${list}&limit=${limit}&page=${page}`)).data);
    }
    expect(paged).toEqual(whole);
  }

  /** By value, then by id; nothing comes behind everything. */
  function compare(left: Visitor, right: Visitor, key: VisitorSortKey): number {
    const [one, other] = [left[key] ?? '\uffff', right[key] ?? '\uffff'];
    if (one !== other) return one < other ? -1 : 1;
    return left.id < right.id ? -1 : Number(left.id > right.id);
  }
});

async function userIds(query: string): Promise<(string | null)[]> {
  return (await server.get<Visitor[]>(`/visitors?${query}`)).data.map(({ userId }) => userId);
}

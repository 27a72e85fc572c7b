/** Whatever is sent in an address, it is the sender's fault and said to be: never ours. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import { VISITOR_SORT_KEYS } from '../../src/contract/visitor.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';

const RUNS = Number(process.env.PROPERTY_RUNS || 60);
const RUNS_MS = 60_000 + RUNS * 1000;

let server: TestServer;
let key: string;
let conversationId: string;

beforeAll(async () => {
  server = await openServer();
  key = (await server.world.workspace()).keys.secretKey as string;
  await server.call(key, 'POST', '/visitors/identify', { userId: 'u1', traits: { name: 'Ann' } });
  const begun = await server.call(key, 'POST', '/conversations', { visitorId: 'user:u1', message: { body: 'Hello' } });
  conversationId = begun.body.data.id;
});
afterAll(() => server.close());

const get = async (path: string) => {
  const { status, body } = await server.call(key, 'GET', path);
  return [status, body.code, body.errors?.[0]?.pointer];
};
/** A list's address with an id that is there. */
const placed = (path: string) => path.replace('{id}', path.startsWith('/conversations/') ? conversationId : 'user:u1');
const cursorOf = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const SESSION = 'ses_01h455vb4pex5vsknk084sn02q';
const SUGGESTION = 'sug_01h455vb4pex5vsknk084sn02q';
const [EARLY, LATE] = ['2026-01-15T10:00:00.000Z', '+099999-01-01T00:00:00.000Z'];

describe('a cursor nobody was given', () => {
  it.each<[string, unknown]>([
    ['/visitors', ['-lastSeenAt', 'x', 'y', 'z']],
    ['/visitors', ['-lastSeenAt', EARLY, LATE, UUID]],
    ['/visitors', ['-lastSeenAt', EARLY, '0000-01-01T00:00:00.000Z', UUID]],
    ['/visitors', ['-lastSeenAt', EARLY, '2026-02-30T00:00:00.000Z', UUID]],
    ['/visitors', ['-lastSeenAt', EARLY, EARLY, '0192']],
    ['/visitors', ['-lastSeenAt', 1, 2, UUID]],
    ['/conversations', [LATE, 'cnv_01h455vb4pex5vsknk084sn02q']],
    ['/conversations', [EARLY, SESSION]],
    ['/visitors/user:u1/conversations', [EARLY, 'cnv_x']],
    ['/visitors?sort=eventCount', ['eventCount', 1e99, 1.5, '0192']],
    ['/visitors?sort=eventCount', ['eventCount', 1, 2 ** 31, UUID]],
    ['/visitors?sort=eventCount', ['eventCount', 1, -1, UUID]],
    ['/visitors?sort=eventCount', ['eventCount', '1', '1', UUID]],
    ['/visitors?sort=name', ['name', 'a\0b', UUID]],
    ['/visitors?sort=name', ['name', 7, UUID]],
    ['/visitors/user:u1/sessions', ['1', SESSION]],
    ['/visitors/user:u1/events', [LATE, SESSION]],
    ['/merge-suggestions', [LATE, SUGGESTION]],
    ['/merge-suggestions', [EARLY, SESSION]],
  ])('on %s is refused: %j', async (path, position) => {
    const query = `${path.includes('?') ? '&' : '?'}cursor=${cursorOf(position)}`;
    expect(await get(path + query)).toEqual([422, 'invalid', '/cursor']);
  });

  it.each<[string, unknown]>([
    ['/visitors?sort=-lastSeenAt', ['-lastSeenAt', EARLY, EARLY, UUID]],
    ['/visitors?sort=eventCount', ['eventCount', 30, 2 ** 31 - 1, UUID]],
    ['/visitors?sort=name', ['name', '', UUID]],
    ['/merge-suggestions?limit=1', [EARLY, SUGGESTION]],
  ])('but could have been is taken on %s: %j', async (path, position) => {
    expect((await get(`${path}&cursor=${cursorOf(position)}`))[0]).toBe(200);
  });
});

describe('an address that leads nowhere', () => {
  const send = async (method: 'PUT' | 'POST', type: string, payload: string) => {
    const headers = { 'x-api-key': key, 'content-type': type };
    const { status, body } = answerOf(await server.app.inject({ method, url: '/nope', headers, payload }));
    return [status, body.code];
  };

  it.each([
    ['PUT', 'application/odd', 'x'],
    ['PUT', ';;;', 'x'],
    ['POST', 'application/json', '{"broken'],
    ['POST', 'application/json', ''],
    ['POST', 'multipart/form-data', 'x'],
  ] as const)('is unknown whatever is sent there: %s %s %j', async (method, type, payload) => {
    expect(await send(method, type, payload)).toEqual([404, 'unknown_route']);
  });

  it('is one with an id longer than any', async () => {
    expect((await get(`/visitors/${'x'.repeat(5000)}`))[0]).toBe(404);
  });
});

describe('anything in an address', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom('vis_7zzzzzzzzzzzzzzzzzzzzzzzzz', 'user:', 'anon:\0', '__proto__', '0', '-1', '1e9', '999999999'),
  );
  const anyCursor = fc.oneof(
    anyText,
    fc.array(fc.oneof(anyText, fc.double(), fc.constantFrom(EARLY, UUID, SESSION)), { maxLength: 4 }),
  );
  const lists = Object.values(restRoutes).filter(({ method }) => method === 'GET');

  it(
    'is never answered with a fault of ours',
    async () => {
      const one = fc.constantFrom(...lists.map(({ path }) => path));
      const query = fc.dictionary(
        fc.constantFrom('limit', 'page', 'search', 'userId', 'companyId', 'type', 'sort'),
        anyText,
      );
      await fc.assert(
        fc.asyncProperty(one, fc.oneof(fc.constant('user:u1'), anyText), query, async (path, id, parameters) => {
          const search = new URLSearchParams(parameters);
          const [status] = await get(
            `${path.replace('{id}', encodeURIComponent(Buffer.from(id).toString()))}?${search}`,
          );
          expect(status).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    },
    RUNS_MS,
  );

  it(
    'is never a cursor that is our fault',
    async () => {
      const one = fc.constantFrom(...lists.map(({ path }) => placed(path)));
      await fc.assert(
        fc.asyncProperty(
          one,
          fc.option(fc.constantFrom(...VISITOR_SORT_KEYS)),
          anyCursor,
          async (path, sort, cursor) => {
            const position = Array.isArray(cursor) && sort ? [sort, ...cursor] : cursor;
            const sorted = path === '/visitors' && sort ? `sort=${sort}&` : '';
            const [status] = await get(`${path}?${sorted}cursor=${cursorOf(position)}`);
            expect(status).toBeLessThan(500);
          },
        ),
        { numRuns: RUNS },
      );
    },
    RUNS_MS,
  );

  // A receipt has an id of its own, which nobody has here.
  const readable = lists.filter(({ path }) => !path.startsWith('/erasures/'));

  it.each(readable.map(({ path, answer }) => [path, 'list' in answer] as const))(
    'is %s, as far as pages go',
    async (path, isList) => {
      expect((await get(`${placed(path)}${isList ? '?limit=100&page=999999999' : ''}`))[0]).toBe(200);
    },
  );
});

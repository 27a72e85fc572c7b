/** Refusals: one shape for all of them, and nothing of ours in those nobody meant. */
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/contract/problem.ts';
import type { Database } from '../../src/infra/database.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let key: string;
/** What the database throws from now on, when set. */
let fault: Error | undefined;

beforeAll(async () => {
  server = await openServer({}, breakable);
  key = (await server.world.workspace()).keys.secretKey as string;
});
afterAll(() => server.close());

describe('every refusal', () => {
  it.each([
    ['GET', '/api/support/visitors/user:nobody', 404, 'not_found'],
    ['GET', '/api/support/nothing-here', 404, 'unknown_route'],
    ['GET', '/nowhere', 404, 'unknown_route'],
    ['POST', '/nothing/here', 404, 'unknown_route'],
    ['GET', '/api/support/visitors/%zz', 400, 'bad_request'],
    ['PATCH', '/api/support/visitors/user:nobody', 405, 'method_not_allowed'],
    ['GET', '/api/support/visitors?nonsense=1', 422, 'invalid'],
  ] as const)('%s %s is a problem: %i %s', async (method, url, status, code) => {
    const answer = answerOf(await server.app.inject({ method, url, headers: { 'x-api-key': key } }));
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(problem.parse(answer.body)).toMatchObject({ status, code, instance: url.split('?')[0] });
    expect(answer.status).toBe(status);
    expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
  });

  it('has a type that leads to an explanation', async () => {
    const { body } = await server.call(key, 'GET', '/visitors/user:nobody');
    const explained = answerOf(await server.app.inject({ url: body.type }));
    expect(explained.body).toEqual({ code: 'not_found', title: body.title });
  });

  it('names every fault of the input at once, each with a pointer', async () => {
    const body = { name: 3, email: [], attributes: [], nonsense: 1, 'a/b': 1 };
    const answer = await server.call(key, 'PUT', '/visitors/user:nobody', body);
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers.sort()).toEqual(['/attributes', '/a~1b', '/email', '/name', '/nonsense']);
  });
});

describe('a method that an address does not answer', () => {
  it.each([
    ['DELETE', '/api/support/visitors', 'GET, HEAD'],
    ['GET', '/api/support/visitors/merge', 'POST'],
    ['GET', '/api/support/events', 'POST, OPTIONS'],
    ['POST', '/livez', 'GET, HEAD'],
  ] as const)('%s %s is told the methods that it does', async (method, url, allow) => {
    const { statusCode, headers } = await server.app.inject({ method, url, payload: 'not even JSON' });
    expect([statusCode, headers.allow]).toEqual([405, allow]);
  });
});

describe('a request that is no HTTP', () => {
  let origin: string;

  beforeAll(async () => {
    origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  });

  it.each([
    ['NONSENSE\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is a problem too', async (text, status) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(text);
    const [head = '', body = ''] = (await buffer(socket)).toString().split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(problem.parse(JSON.parse(body))).toMatchObject({ status, code: 'bad_request' });
    expect(head).toContain(`X-Request-Id: ${JSON.parse(body).requestId}`);
  });
});

describe('an error nobody meant', () => {
  it('is masked, and logged by its request id without what it says', async () => {
    fault = new Error('duplicate key value (email)=(john@example.com)');
    const { status, body } = await server.call(key, 'GET', '/visitors?search=john');
    fault = undefined;
    expect([status, body.code]).toEqual([500, 'internal']);
    const logged = server.logged.filter((line) => line.includes(body.requestId));
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(body) + logged).not.toContain('john');
    expect(JSON.parse(logged[0] as string).err.at[0]).toContain('problem.test.ts');
  });

  it.each(['ECONNREFUSED', '57P01', 'P1001'])('says to come back when the database is gone (%s)', async (code) => {
    fault = Object.assign(new Error('gone'), { code });
    const { status, body, headers } = await server.call(key, 'GET', '/visitors');
    fault = undefined;
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '1']);
  });
});

function breakable(db: Database): Database {
  const rows: Database['rows'] = (statement) => (fault ? Promise.reject(fault) : db.rows(statement));
  return { ...db, rows };
}

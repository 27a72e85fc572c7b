/** Alive, ready, measured: what the server says of itself, and to anybody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { answerOf, openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let isGone = false;

beforeAll(async () => {
  // Nothing listens on port 1.
  server = await openServer({ REDIS_URL: 'redis://127.0.0.1:1' }, leaving);
});
afterAll(() => server.close());

const ask = (url: string) => server.app.inject({ url }).then(answerOf);

describe('the server', () => {
  it('is ready though degraded without Redis, and says what is missing', async () => {
    const { status, body } = await ask('/readyz');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'degraded', checks: { database: 'ok', migrations: 'ok', redis: 'failed' } });
  });

  it('is alive but not ready without its database', async () => {
    isGone = true;
    const [live, ready] = [await ask('/livez'), await ask('/readyz')];
    isGone = false;
    expect([live.status, live.body.status]).toEqual([200, 'ok']);
    expect([ready.status, ready.body.status, ready.body.checks.database]).toEqual([503, 'unavailable', 'failed']);
  });

  it('measures requests by route, never by address', async () => {
    await ask('/api/support/visitors/user:somebody-in-particular');
    const { body } = await server.app.inject({ url: '/metrics' });
    expect(body).toContain('route="/api/support/visitors/:id",method="GET",status="401"');
    expect(body).not.toContain('somebody-in-particular');
  });
});

function leaving(db: Database): Database {
  const gone = () => Promise.reject(new Error('gone'));
  return {
    ...db,
    ping: () => (isGone ? gone() : db.ping()),
    rows: (statement) => (isGone ? gone() : db.rows(statement)),
  };
}

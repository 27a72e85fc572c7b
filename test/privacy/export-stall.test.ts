/** A reader who takes nothing is waited for, but not for ever. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { somebody } from './somebody.ts';

vi.mock('../../src/limits.ts', async (original) => ({ ...(await original<object>()), EXPORT_STALL_MS: 500 }));

let server: TestServer;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

it('is cut off, and what was read for them is let go', async () => {
  // More than all buffers on the way to a client hold together.
  const { id, key } = await somebody(server, 4000, 8000);
  const origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const answered = once(server.app.server, 'request');
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET /api/support/visitors/${id}/export HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n\r\n`);
  const [, response] = await answered;
  await vi.waitUntil(() => response.destroyed, { timeout: 30_000, interval: 50 });
  expect([response.headersSent, response.writableFinished]).toEqual([true, false]);
  socket.destroy();
});

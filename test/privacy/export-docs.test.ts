/** The privacy page is true of exports: its call, made with curl, answers what is written below it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { EXPORT_LINK_MS, EXPORT_STALL_MS } from '../../src/limits.ts';
import { openServer } from '../support/http.ts';
import { difference, examplesOf } from '../support/readme.ts';

const page = await readFile(join(packageRoot(), 'docs/privacy.md'), 'utf8');

it('shows a call that answers what is written below it', async () => {
  const server = await openServer();
  try {
    const origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { secretKey = '' } = (await server.world.workspace()).keys;
    const traits = { name: 'John Doe' };
    await server.call(secretKey, 'POST', '/visitors/identify', { userId: 'user-123', traits });
    const bought = { userId: 'user-123', name: 'purchase_completed', properties: { amount: 99.99 } };
    await server.call(secretKey, 'POST', '/events', bought);
    const examples = examplesOf(page);
    expect(examples).toHaveLength(1);
    for (const example of examples) {
      const env = { ...process.env, SECRET_KEY: secretKey, SUPPORT: `${origin}/api/support` };
      const { stdout } = await promisify(execFile)('sh', ['-c', example.command], { env });
      expect(difference(example, JSON.parse(stdout)), stdout).toBeNull();
    }
  } finally {
    await server.close();
  }
});

it('names the limits that are in force', () => {
  expect(page).toContain(`within ${EXPORT_LINK_MS / 60_000} minutes`);
  expect(EXPORT_STALL_MS).toBe(2 * 60_000);
});

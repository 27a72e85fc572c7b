/** The privacy page is true: its lines of code compute the hash that a receipt has. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { deleteVisitor } from '../../src/services/erasure.ts';
import { createWorld } from '../support/world.ts';

it('shows how to compute the hash of a receipt oneself', async () => {
  const page = await readFile(join(packageRoot(), 'docs/privacy.md'), 'utf8');
  const code = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'privacy-'));
  const file = join(folder, 'hash.mjs');
  await writeFile(file, code);
  const world = await createWorld();
  try {
    const ws = await world.workspace();
    const { hashOf } = (await import(pathToFileURL(file).href)) as { hashOf(receipt: object): string };
    for (const userId of ['ann', 'bob']) {
      await world.ingest.submit(ws, [{ type: 'track', userId, anonymousId: `${userId}-1`, name: 'x' }]);
      const reply = await deleteVisitor(ws, `user:${userId}`, {});
      const receipt = 'receipt' in reply ? reply.receipt : null;
      expect(hashOf(receipt ?? {})).toBe(receipt?.hash);
      expect(hashOf({ ...receipt, deletedAt: '2026-01-15T10:00:00.001Z' })).not.toBe(receipt?.hash);
    }
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
});

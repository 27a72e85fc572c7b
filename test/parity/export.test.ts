/** A file is the same through every door, whatever the workspace holds: by key, by link, and by the SDK. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VisitorExport } from '../../src/contract/export.ts';
import { unzipped } from '../privacy/zip.ts';
import { build, openParityServer, type ParityServer, type Place } from './workspace.ts';

let server: ParityServer;
let place: Place;

beforeAll(async () => {
  server = await openParityServer();
  place = await build(server, 1);
});
afterAll(() => server.close());

type Format = 'json' | 'csv';

const WAYS: Readonly<Record<string, (format: Format) => Promise<Uint8Array>>> = {
  REST: async (format) =>
    bytesOf(
      await fetch(`${place.url}/api/support/visitors/user:ann/export?format=${format}`, {
        headers: { 'x-api-key': place.key },
      }),
    ),
  GraphQL: async (format) =>
    bytesOf(await fetch((await place.client.mutate.exportVisitor({ id: 'user:ann', format })).url)),
  'the SDK': async (format) => bytesOf(new Response((await place.client.visitors.export('user:ann', { format })).body)),
};

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

/** Each export is one more that the next one tells of. */
function withoutExports({ data }: { data: VisitorExport }) {
  return { ...data, exports: [] };
}

it('as JSON', async () => {
  const [first, ...others] = await Promise.all(
    Object.values(WAYS).map(async (ask) => withoutExports(JSON.parse(new TextDecoder().decode(await ask('json'))))),
  );
  expect(first?.events.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
});

it('as tables', async () => {
  const [first, ...others] = await Promise.all(
    Object.values(WAYS).map(async (ask) => {
      const files = [...(await unzipped(await ask('csv')))].filter(([name]) => !/^(exports|manifest)/.test(name));
      return files.map(([name, content]) => [name, content.toString()]);
    }),
  );
  expect(first?.length).toBeGreaterThan(10);
  for (const other of others) expect(other).toEqual(first);
});

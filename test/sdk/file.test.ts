/** A file is handed on as it comes, and one that breaks off is an error and no file. */
import { describe, expect, it } from 'vitest';
import { AbortedError, ConnectionError, NotFoundError, TimeoutError } from '../../sdk/index.ts';
import { refuses, scripted } from './fake.ts';

const HEADERS = {
  'content-type': 'application/json',
  'content-disposition': 'attachment; filename="visitor-vis_1.json"',
};

function streaming(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response {
  return new Response(new ReadableStream({ start }), { headers: HEADERS });
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('an exported file', () => {
  it('has the name and type the server gave it', async () => {
    const { client, seen } = scripted([async () => streaming((c) => c.close())]);
    const { name, type } = await client.visitors.export('user:a', { format: 'csv' });
    expect([name, type]).toEqual(['visitor-vis_1.json', 'application/json']);
    expect(seen[0]?.path).toBe('/api/support/visitors/user%3Aa/export?format=csv');
  });

  it('is there before its end is', async () => {
    let end = () => {};
    const { client } = scripted([
      async () =>
        streaming((c) => {
          c.enqueue(bytes('{"a":'));
          end = () => {
            c.enqueue(bytes('1}'));
            c.close();
          };
        }),
    ]);
    const file = await client.visitors.export('vis_1');
    end();
    expect(await file.json()).toEqual({ a: 1 });
  });

  it('is saved piece by piece where the caller wants it', async () => {
    const { client } = scripted([
      async () =>
        streaming((c) => {
          for (const text of ['one', 'two']) c.enqueue(bytes(text));
          c.close();
        }),
    ]);
    const saved: string[] = [];
    const file = await client.visitors.export('vis_1');
    await file.saveTo(new WritableStream({ write: (piece) => void saved.push(new TextDecoder().decode(piece)) }));
    expect(saved).toEqual(['one', 'two']);
  });

  it('is a blob of its type', async () => {
    const { client } = scripted([async () => streaming((c) => c.close())]);
    expect((await (await client.visitors.export('vis_1')).blob()).type).toBe('application/json');
  });

  it('that breaks off throws', async () => {
    const { client } = scripted([
      async () =>
        streaming((c) => {
          c.enqueue(bytes('{"data":'));
          c.error(new TypeError('terminated'));
        }),
    ]);
    await expect((await client.visitors.export('vis_1')).blob()).rejects.toThrow(ConnectionError);
  });

  it('that stands still throws after the time limit', async () => {
    const { client, runtime } = scripted([async () => streaming(() => {})]);
    const file = await client.visitors.export('vis_1', {}, { timeoutMs: 1000 });
    await expect(runtime.until(file.blob())).rejects.toThrow(TimeoutError);
  });

  it('is given up with the signal', async () => {
    const { client } = scripted([async () => streaming(() => {})]);
    const ends = new AbortController();
    const file = await client.visitors.export('vis_1', {}, { signal: ends.signal });
    const blob = file.blob();
    ends.abort();
    await expect(blob).rejects.toThrow(AbortedError);
  });

  it('of nobody is refused, and asked for again when the server could not', async () => {
    const gone = scripted([refuses(404, 'not_found')]);
    await expect(gone.client.visitors.export('vis_1')).rejects.toThrow(NotFoundError);
    const { client, runtime, seen } = scripted([refuses(503, 'unavailable'), async () => streaming((c) => c.close())]);
    await runtime.until(client.visitors.export('vis_1'));
    expect(seen).toHaveLength(2);
  });
});

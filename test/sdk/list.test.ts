/** Lists: walked to their end by cursor, page by page, or one page alone; nothing is asked for before it is needed. */
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../sdk/index.ts';
import { answers, refuses, type Step, scripted } from './fake.ts';

/** A list of these pages; the cursor of a page is its number. */
const pages =
  (...contents: readonly (readonly string[])[]): Step =>
  (request, signal) => {
    const asked = new URL(request.path, 'https://a.test').searchParams;
    const index = Number(asked.get('cursor') ?? asked.get('page') ?? 1) - 1;
    const nextCursor = index + 1 < contents.length ? String(index + 2) : null;
    const data = (contents[index] ?? []).map((id) => ({ id }));
    return answers({ data, meta: { page: index + 1, limit: 2, total: 5, nextCursor } })(request, signal);
  };

async function idsOf(list: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids = [];
  for await (const { id } of list) ids.push(id);
  return ids;
}

describe('a list', () => {
  it('is walked to its end, each page asked for by the cursor before', async () => {
    const { client, seen } = scripted([pages(['a', 'b'], ['c', 'd'], ['e'])]);
    expect(await idsOf(client.visitors.list({ search: 'x y', limit: 2 }))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(seen.map(({ path }) => path.split('?')[1])).toEqual([
      'search=x+y&limit=2',
      'search=x+y&limit=2&cursor=2',
      'search=x+y&limit=2&cursor=3',
    ]);
  });

  it('goes on by cursor from the page number it began with', async () => {
    const { client, seen } = scripted([pages(['a'], ['b'], ['c'])]);
    expect(await idsOf(client.visitors.list({ page: 2 }))).toEqual(['b', 'c']);
    expect(seen.map(({ path }) => path.split('?')[1])).toEqual(['page=2', 'cursor=3']);
  });

  it('asks for no page more than is read', async () => {
    const { client, seen } = scripted([pages(['a', 'b'], ['c'])]);
    const list = client.visitors.list();
    expect(seen).toHaveLength(0);
    for await (const { id } of list) if (id === 'b') break;
    expect(seen).toHaveLength(1);
  });

  it('goes on behind a page that is empty', async () => {
    const { client } = scripted([pages(['a'], [], ['b'])]);
    expect(await idsOf(client.visitors.list())).toEqual(['a', 'b']);
  });

  it('can be walked twice', async () => {
    const { client } = scripted([pages(['a'], ['b'])]);
    const list = client.visitors.list();
    expect([await idsOf(list), await idsOf(list)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('answers one page with what stands beside it', async () => {
    const { client, seen } = scripted([pages(['a', 'b'], ['c'])]);
    const { items, meta } = await client.visitors.list({ limit: 2 }).page();
    expect(items.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(meta).toMatchObject({ total: 5, nextCursor: '2' });
    expect(seen).toHaveLength(1);
  });

  it('answers page by page', async () => {
    const { client } = scripted([pages(['a', 'b'], ['c'])]);
    const sizes = [];
    for await (const { items } of client.visitors.list().pages()) sizes.push(items.length);
    expect(sizes).toEqual([2, 1]);
  });

  it('leaves out what is undefined, and sends what is false', async () => {
    const { client, seen } = scripted([pages([])]);
    await client.visitors.list({ identified: false, search: undefined }).page();
    expect(seen[0]?.path.split('?')[1]).toBe('identified=false');
  });

  it('fails where it was walked when a page is refused', async () => {
    const { client } = scripted([pages(['a'], ['b']), refuses(404, 'not_found')]);
    const ids: string[] = [];
    const walked = (async () => {
      for await (const { id } of client.visitors.list()) ids.push(id);
    })();
    await expect(walked).rejects.toThrow(NotFoundError);
    expect(ids).toEqual(['a']);
  });
});

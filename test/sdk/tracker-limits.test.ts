/** What a tracker takes, and how it cuts what waits into batches that the server takes. */
import { describe, expect, it } from 'vitest';
import { NotQueuedError, TooLargeError } from '../../sdk/index.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_ITEM_BYTES } from '../../sdk/queue.ts';
import * as limits from '../../src/limits.ts';
import { names, takes, track, tracking } from './tracking.ts';

describe('limits', () => {
  it('are those of the server', () => {
    expect([MAX_BATCH_ITEMS, MAX_BATCH_BYTES, MAX_ITEM_BYTES]).toEqual([
      limits.MAX_BATCH_ITEMS,
      limits.MAX_BODY_BYTES,
      limits.MAX_ITEM_BYTES,
    ]);
  });

  it.each([
    [MAX_BATCH_ITEMS, 1],
    [MAX_BATCH_ITEMS + 1, 2],
  ])('make of %i items %i batches', async (count, batches) => {
    const { tracker, seen, results } = tracking([takes], { flushAt: 10_000 });
    for (let i = 0; i < count; i += 1) tracker.track(track(String(i)));
    await tracker.flush();
    expect(seen).toHaveLength(batches);
    expect(names(seen).flat()).toEqual(Array.from({ length: count }, (_, i) => String(i)));
    expect(results).toHaveLength(count);
  });

  it('keep each batch under the bytes a server takes, in any script', async () => {
    const { tracker, seen } = tracking([takes], { flushAt: 10_000 });
    const text = 'ü€😀'.repeat(3000);
    for (let i = 0; i < 200; i += 1) tracker.track({ ...track(String(i)), properties: { text } });
    await tracker.flush();
    expect(seen.length).toBeGreaterThan(1);
    expect(names(seen).flat()).toHaveLength(200);
    for (const { body } of seen) expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  });

  it('refuse an item that is too large, and only that', async () => {
    const { tracker, seen, failures } = tracking([takes]);
    const empty = { ...track('a'), properties: { text: '' }, messageId: 'm', timestamp: '2026-01-01T00:00:00Z' };
    const room = MAX_ITEM_BYTES - JSON.stringify({ ...empty, type: 'track' }).length;
    tracker.track({ ...empty, properties: { text: 'x'.repeat(room) } });
    tracker.track({ ...empty, properties: { text: 'x'.repeat(room + 1) } });
    await tracker.flush();
    expect(seen[0]?.body.items).toHaveLength(1);
    expect(failures).toMatchObject([
      { isKept: false, error: { code: 'item_too_large', facts: { limit: MAX_ITEM_BYTES } } },
    ]);
    expect(failures[0]?.error).toBeInstanceOf(TooLargeError);
  });

  it('refuse what is not JSON, and throw nothing', async () => {
    const { tracker, failures } = tracking([takes]);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    tracker.track({ ...track('a'), properties: circle });
    expect(failures).toMatchObject([{ isKept: false, error: { code: 'not_json' } }]);
  });

  it('refuse what the queue has no room for; what waits stays', async () => {
    const { tracker, seen, failures } = tracking([takes], { maxQueue: 2 });
    for (const name of ['a', 'b', 'c']) tracker.track(track(name));
    expect(failures).toMatchObject([{ isKept: false, items: [{ name: 'c' }], error: { code: 'queue_full' } }]);
    expect(failures[0]?.error).toBeInstanceOf(NotQueuedError);
    await tracker.flush();
    expect(names(seen)).toEqual([['a', 'b']]);
  });

  it('refuse what the queue has no room for in bytes, and take it when others have left', async () => {
    const sized = (name: string) => ({ ...track(name), messageId: name, timestamp: '2026-01-01T00:00:00Z' });
    const { length } = JSON.stringify({ ...sized('a'), type: 'track' });
    const { tracker, seen, failures } = tracking([takes], { maxQueueBytes: 2 * length });
    for (const name of ['a', 'b', 'c']) tracker.track(sized(name));
    expect(failures).toMatchObject([{ isKept: false, items: [{ name: 'c' }], error: { code: 'queue_full' } }]);
    await tracker.flush();
    for (const name of ['d', 'e']) tracker.track(sized(name));
    await tracker.flush();
    expect(names(seen)).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ]);
    expect(failures).toHaveLength(1);
  });
});

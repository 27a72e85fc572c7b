/** What waits to be sent: items as text, in order, bounded, taken out in batches that the server takes. */

/** Items of one batch. The suite holds these to the server's limits. */
export const MAX_BATCH_ITEMS = 500;
/** A batch as JSON, in bytes. */
export const MAX_BATCH_BYTES = 2 * 1024 * 1024;
/** One item as JSON, in bytes. */
export const MAX_ITEM_BYTES = 32 * 1024;
/** `{"sentAt":"…","items":[…]}` around the items, with room to spare. */
const ENVELOPE_BYTES = 100;

/** An item that waits. */
export interface Queued<Item> {
  readonly item: Item;
  /** As it was when it was handed in. */
  readonly json: string;
  readonly bytes: number;
}

const encoder = new TextEncoder();

/** An item as it will wait. @throws {TypeError} when it cannot be written as JSON. */
export function queued<Item>(item: Item): Queued<Item> {
  const json = JSON.stringify(item);
  return { item, json, bytes: encoder.encode(json).length };
}

/** The longest beginning of a queue that is one batch. */
export function nextBatch<Item>(waiting: readonly Queued<Item>[]): readonly Queued<Item>[] {
  let bytes = ENVELOPE_BYTES;
  const most = waiting.slice(0, MAX_BATCH_ITEMS);
  const first = most.findIndex((each) => {
    bytes += each.bytes + 1; // and a comma
    return bytes > MAX_BATCH_BYTES;
  });
  return first === -1 ? most : most.slice(0, first);
}

/** A batch as it is sent. */
export function batchText<Item>(batch: readonly Queued<Item>[], sentAt: string): string {
  return `{"sentAt":${JSON.stringify(sentAt)},"items":[${batch.map(({ json }) => json).join(',')}]}`;
}

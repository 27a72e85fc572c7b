/** Normalises one item as a test wants it: a fixed moment, a fixed key, foreseeable ids. */
import type { Item, Warning } from '../../src/contract/item.ts';
import { normaliseItem, type Refused } from '../../src/ingest/normalise.ts';
import type { Sender } from '../../src/ingest/sender.ts';

/** The moment everything arrives in these tests. */
export const RECEIVED_AT = Date.UTC(2024, 5, 15, 12);

/** The id that is made when an item brings none. */
export const MADE_ID = '01900000-0000-7000-8000-000000000000';

/** A person's browser. */
export const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0 Safari/537.36';

/** A server with a secret key, unless told otherwise. */
export function sender(changes: Partial<Sender> = {}): Sender {
  const ids = { uuid: () => MADE_ID };
  return { kind: 'secret', hashKey: new Uint8Array(32).fill(7), receivedAt: RECEIVED_AT, ids, ...changes };
}

/** The item, its type known to the compiler; fails the test when it was not accepted. */
export function accepted<Type extends Item['type']>(
  raw: { readonly type: Type } & Readonly<Record<string, unknown>>,
  changes: Partial<Sender> = {},
): Extract<Item, { type: Type }> & { readonly warnings: readonly Warning[] } {
  const result = normaliseItem(raw, sender(changes));
  if (!('item' in result)) throw new Error(`Not accepted: ${JSON.stringify(result)}`);
  const item = result.item as Extract<Item, { type: Type }>;
  return { ...item, warnings: result.warnings };
}

/** Why it was not accepted; fails the test when it was. */
export function refused(raw: unknown, changes: Partial<Sender> = {}): Refused {
  const result = normaliseItem(raw, sender(changes));
  if ('item' in result) throw new Error(`Accepted: ${JSON.stringify(result.item).slice(0, 200)}`);
  return result;
}

/** A small item that is accepted as it is. */
export function track(changes: Readonly<Record<string, unknown>> = {}) {
  return { type: 'track' as const, userId: 'user-123', name: 'purchase_completed', ...changes };
}

/** An identify with these traits. */
export function identify(traits: Readonly<Record<string, unknown>> = {}) {
  return { type: 'identify' as const, userId: 'user-123', traits };
}

/** An object around an object, `levels` of them in all. */
export function nested(levels: number): Readonly<Record<string, unknown>> {
  let value: Record<string, unknown> = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

/** An object with `count` keys. */
export function wide(count: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
}

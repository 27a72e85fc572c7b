/** A Segment message on its way: translated, then judged by the pipeline as it judges every item. */
import { expect } from 'vitest';
import type { Item } from '../../src/contract/item.ts';
import { normaliseItem, type Refused } from '../../src/ingest/normalise.ts';
import { type SegmentEnvelope, segmentItem } from '../../src/normalise/segment.ts';
import { sender } from '../support/normalising.ts';

/** The item a message becomes; fails the test when it was refused, or became another type. */
export function stored<Type extends Item['type']>(type: Type, message: unknown, envelope?: SegmentEnvelope) {
  const result = judged(message, envelope);
  if (!('item' in result)) throw new Error(`Not accepted: ${JSON.stringify(result)}`);
  expect(result.item.type).toBe(type);
  return result.item as Extract<Item, { type: Type }>;
}

/** Why a message was refused, or `accepted`. */
export function code(message: unknown): string {
  const result = judged(message);
  return 'item' in result ? 'accepted' : result.code;
}

/** What the pipeline makes of a message. */
export function judged(message: unknown, envelope?: SegmentEnvelope): { readonly item: Item } | Refused {
  return normaliseItem(segmentItem(message, undefined, envelope), sender());
}

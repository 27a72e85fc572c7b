/** What is known of a request when its items are normalised: the key's kind, the moment, and what came with it. */
import type { RetentionRule } from '../context.ts';
import type { IdMaker } from '../ids.ts';
import type { GeoLookup } from '../infra/geo.ts';
import type { Proofs } from './proof.ts';

/** One request; the same for all items of a batch. */
export interface Sender {
  readonly kind: 'publishable' | 'secret';
  /** HMAC key of the workspace. */
  readonly hashKey: Uint8Array;
  /** Our clock at the arrival, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly ids: IdMaker;
  /** Absent: nothing has to be proven. */
  readonly proofs?: Proofs | undefined;
  /** Absent: everything is kept for ever. */
  readonly retention?: RetentionRule | undefined;
  /** `sentAt` of the batch, as sent; an item's own wins. */
  readonly sentAt?: unknown;
  /** `Idempotency-Key` of a single call. Never of a batch: it would name every item of it. */
  readonly idempotencyKey?: string | undefined;
  /** Of the request. Used with a publishable key only, as a server speaks for others. */
  readonly userAgent?: string | undefined;
  readonly ip?: string | undefined;
  /** What the proxy in front says of the caller's place; used with a publishable key only. */
  readonly proxyPlace?: { readonly country?: string | undefined; readonly city?: string | undefined } | undefined;
  /** The offline database of addresses, when one is configured. */
  readonly geo?: GeoLookup | undefined;
}

/** Deletions: how far they are, their receipts and the chain of them. */
import type { CallOptions, WriteOptions } from './options.ts';
import type { Rest } from './rest.ts';
import type { BodyOf } from './rest-types.ts';

/** Deletions; all of it needs the scope `privacy:write`. */
export function erasureMethods(rest: Rest) {
  return {
    /** How far a deletion is, and its receipt once it is done. @param id `era_…`. @throws {NotFoundError} */
    get: (id: string, options?: CallOptions) => rest.call('getErasure', { path: { id } }, options),
    /** Whether the chain of receipts is whole, and holds the receipt you kept. */
    verify: (body: BodyOf<'verifyErasures'> = {}, options?: WriteOptions) =>
      rest.call('verifyErasures', { body }, options),
    /** Lets the person come back before the 30 days are over. @param id `era_…`. @throws {NotFoundError} */
    unsuppress: (id: string, options?: WriteOptions) => rest.call('unsuppressErasure', { path: { id } }, options),
  };
}

/** Stores keys, inside a transaction of whoever makes them: the keys service, a new workspace, the first start. */
import type { By, Scope } from '../context.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { hashOfKey, hintOfKey, type KeyKind } from './key-text.ts';
import type { Work } from './work.ts';

/** A key to be stored. `text` is hashed here and kept nowhere. */
export interface KeyToStore {
  readonly id: Uuid;
  readonly text: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly origins: readonly string[];
  /** Null when made on the command line or by the first start. */
  readonly createdBy: By | null;
}

/** Adds a key to the workspace of `work`. */
export async function storeKey(work: Work, key: KeyToStore): Promise<void> {
  const createdBy = key.createdBy === null ? null : JSON.stringify(key.createdBy);
  await work.tx.run(sql`/* key.create */
    INSERT INTO api_key (id, workspace_id, kind, name, hash, hint, scopes, origins, created_at, created_by)
    VALUES (${key.id}::uuid, ${work.workspaceId}::uuid, ${key.kind}, ${key.name}, ${hashOfKey(key.text)}::bytea,
      ${hintOfKey(key.text)}, ${key.scopes}::text[], ${key.origins}::text[], ${work.now.toISOString()}::timestamptz,
      ${createdBy}::jsonb)`);
}

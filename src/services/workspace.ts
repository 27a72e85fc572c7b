/**
 * Workspaces: one a customer. They are made on the command line and by the first start, never by a key, so nothing
 * here asks for a scope.
 */
import { randomBytes } from 'node:crypto';
import { SCOPES } from '../context.ts';
import type { Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type KeyKind, makeKeyText } from './key-text.ts';
import { storeKey } from './key-write.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

const HASH_KEY_BYTES = 32;

/** The texts of the keys a workspace begins with; absent: without. */
export interface FirstKeys {
  readonly publishableKey?: string | undefined;
  readonly secretKey?: string | undefined;
}

/** A workspace just made: the only time its keys are shown. */
export interface NewWorkspace {
  readonly id: Uuid;
  readonly keys: FirstKeys;
}

/** Makes a workspace with a publishable key and a secret key that may do everything. */
export function createWorkspace(source: WorkSource, name: string): Promise<NewWorkspace> {
  const id = source.ids.uuid();
  const keys = { publishableKey: makeKeyText('publishable'), secretKey: makeKeyText('secret') };
  return inWork(source, id, async (work) => {
    await storeWorkspace(work, name);
    await storeFirstKeys(work, keys);
    return { id, keys };
  });
}

/** A workspace without its keys. */
export interface WorkspaceEntry {
  readonly id: Uuid;
  readonly name: string;
  readonly createdAt: Date;
}

/** All workspaces, oldest first. */
export function listWorkspaces(db: Sql): Promise<WorkspaceEntry[]> {
  return db.rows<WorkspaceEntry>(sql`/* workspace.list */
    SELECT id, name, created_at AS "createdAt" FROM workspace ORDER BY created_at, id`);
}

/** Adds the workspace of `work`, and the row that its merges lock. */
export async function storeWorkspace(work: Work, name: string): Promise<void> {
  const now = work.now.toISOString();
  await work.tx.run(sql`/* workspace.create */
    INSERT INTO workspace (id, name, hash_key, created_at)
    VALUES (${work.workspaceId}::uuid, ${name}, ${randomBytes(HASH_KEY_BYTES)}::bytea, ${now}::timestamptz)`);
  await work.tx.run(sql`/* workspace.create_lock */
    INSERT INTO identity_lock (workspace_id) VALUES (${work.workspaceId}::uuid)`);
}

/** Adds the keys a workspace begins with. */
export async function storeFirstKeys(work: Work, keys: FirstKeys): Promise<void> {
  const store = (kind: KeyKind, text: string | undefined) =>
    text === undefined
      ? undefined
      : storeKey(work, {
          id: work.ids.uuid(),
          text,
          kind,
          name: `First ${kind} key`,
          scopes: kind === 'secret' ? SCOPES : [],
          origins: [],
          createdBy: null,
        });
  await store('publishable', keys.publishableKey);
  await store('secret', keys.secretKey);
}

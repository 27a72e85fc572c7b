/** What every start makes sure of: the configured keys work, and a new installation has a workspace to begin with. */
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { forgetCredentials } from './credential-ring.ts';
import { hashOfKey, makeKeyText } from './key-text.ts';
import { inWork, type Work, type WorkSource } from './work.ts';
import { type FirstKeys, storeFirstKeys, storeWorkspace } from './workspace.ts';

/** Any number of our own, held for the length of the transaction: two processes that start at once take turns. */
const START_LOCK = 7_263_910_441;

/** The configured keys contradict what is stored. Its message names no key. */
export class BootstrapConflict extends Error {}

/**
 * Makes a workspace on the first start, and one with exactly the configured keys when they are not there yet.
 *
 * @param configured keys that have to exist; empty: none.
 * @returns keys made up here, to be shown once; null when there was nothing to make up.
 * @throws {BootstrapConflict} when the configured keys are of two workspaces, of the wrong kind, or revoked.
 */
export async function ensureFirstWorkspace(source: WorkSource, configured: FirstKeys): Promise<FirstKeys | null> {
  const made = await inWork(source, source.ids.uuid(), async (work) => {
    await work.tx.rows(sql`/* first_start.lock */ SELECT pg_advisory_xact_lock(${START_LOCK}::bigint)`);
    return configured.publishableKey || configured.secretKey ? ensureKeys(work, configured) : ensureAny(work);
  });
  forgetCredentials(source.db);
  return made;
}

async function ensureAny(work: Work): Promise<FirstKeys | null> {
  const some = await work.tx.rows(sql`/* first_start.any */ SELECT 1 FROM workspace LIMIT 1`);
  if (some.length > 0) return null;
  const keys = { publishableKey: makeKeyText('publishable'), secretKey: makeKeyText('secret') };
  await storeWorkspace(work, 'First workspace');
  await storeFirstKeys(work, keys);
  return keys;
}

async function ensureKeys(work: Work, configured: FirstKeys): Promise<null> {
  const publishable = await findWorkspace(work, configured.publishableKey, 'publishable');
  const secret = await findWorkspace(work, configured.secretKey, 'secret');
  if (publishable && secret && publishable !== secret) {
    throw new BootstrapConflict('BOOTSTRAP_PUBLISHABLE_KEY and BOOTSTRAP_SECRET_KEY belong to two workspaces.');
  }
  const known = publishable ?? secret;
  if (!known) await storeWorkspace(work, 'First workspace');
  await storeFirstKeys(known ? { ...work, workspaceId: known } : work, {
    publishableKey: publishable ? undefined : configured.publishableKey,
    secretKey: secret ? undefined : configured.secretKey,
  });
  return null;
}

async function findWorkspace(work: Work, text: string | undefined, kind: string): Promise<Uuid | null> {
  if (text === undefined) return null;
  const [row] = await work.tx.rows<{ workspaceId: Uuid; usable: boolean }>(sql`/* first_start.find_key */
    SELECT workspace_id AS "workspaceId", kind = ${kind} AND revoked_at IS NULL AND expires_at IS NULL AS usable
    FROM api_key WHERE hash = ${hashOfKey(text)}::bytea`);
  if (row && !row.usable)
    throw new BootstrapConflict(`The configured ${kind} key was revoked or rotated; choose another.`);
  return row?.workspaceId ?? null;
}

/** A customer who verifies identities: a workspace with a secret, and the proofs its servers make – and forgers. */
import { createHmac, type Hmac } from 'node:crypto';
import type { IdentityRule } from '../../src/context.ts';
import type { IngestionIssue } from '../../src/contract/ingestion-issue.ts';
import { sql } from '../../src/infra/sql.ts';
import type { ItemResult } from '../../src/ingest/pipeline.ts';
import type { Answer, TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Who everybody wants to be. */
export const ANN = 'ann';

/** HMAC-SHA256 of the userId, in hex: `userHash` as every server makes it. */
export function userHash(secret: string, userId = ANN): string {
  return createHmac('sha256', secret).update(userId, 'utf8').digest('hex');
}

/** A JWT of whatever header and claims, signed by HMAC with `hash`. */
export function jwt(secret: string, claims: Raw, header: Raw = {}, hash = 'sha256'): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part(claims)}`;
  const hmac: Hmac = createHmac(hash, secret).update(signed);
  return `${signed}.${hmac.digest('base64url')}`;
}

/** One segment of a JWT. */
export function part(value: Raw): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** One item of every type that names a userId. */
export function itemsAbout(userId: unknown, proof: Raw, more: Raw = {}): Raw[] {
  const types: Raw[] = [
    { type: 'identify', anonymousId: 'browser-1', traits: { name: 'Mallory' } },
    { type: 'update', traits: { plan: 'free' } },
    { type: 'track', name: 'clicked' },
    { type: 'page', url: '/pricing' },
    { type: 'session', action: 'start', sessionId: 's1' },
    { type: 'group', groupId: 'acme', traits: { name: 'Acme' } },
    { type: 'alias', previousId: 'browser-2' },
  ];
  return types.map((item) => ({ ...item, userId, ...proof, ...more }));
}

/** What is known of everybody, and what was remembered of messages: everything an item may change. */
const TABLES = [
  'record',
  'identifier',
  'profile',
  'profile_activity',
  'merge',
  'merge_suggestion',
  'session',
  'event',
  'page_view',
  'company',
  'message_id',
  'attribute_key',
  'event_name',
] as const;

/** A workspace with a secret in the given mode. */
export async function openShop(server: TestServer, mode: IdentityRule['mode'] = 'enforce') {
  const workspace: TestWorkspace = await server.world.workspace();
  const { publishableKey = '', secretKey = '' } = workspace.keys;
  const call = (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown, key = secretKey): Promise<Answer> =>
    server.call(key, method, path, body);
  const rotate = async (overlapSeconds = 0): Promise<string> =>
    (await call('POST', '/settings/identity-secret/rotate', { overlapSeconds })).body.data.secret;
  const setMode = (identityVerification: IdentityRule['mode']) => call('PUT', '/settings', { identityVerification });
  const secret = await rotate();
  if (mode !== 'off') await setMode(mode);
  return {
    workspace,
    publishableKey,
    secretKey,
    secret,
    call,
    rotate,
    setMode,
    /** Results of a batch, sent by a page unless told otherwise. */
    send: async (items: readonly unknown[], key = publishableKey): Promise<ItemResult[]> =>
      (await call('POST', '/batch', { items }, key)).body.data.results,
    issues: async (): Promise<IngestionIssue[]> => (await call('GET', '/ingestion-issues?limit=100')).body.data,
    visitor: async (ref: string) => (await call('GET', `/visitors/${ref}`)).body.data,
    /** Every row of the workspace that tells of anybody. */
    dump: async (): Promise<string> => {
      const tables = TABLES.map(async (table) => [table, await rowsOf(server, table, workspace.caller.workspaceId)]);
      return JSON.stringify(await Promise.all(tables));
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** All rows of a table in a workspace, as text, in an order of their own. */
export async function rowsOf(server: TestServer, table: string, workspaceId: string): Promise<string[]> {
  const strings = Object.assign(
    [`/* test.dump_${table} */ SELECT t::text AS row FROM ${table} t WHERE workspace_id = `, '::uuid ORDER BY 1'],
    { raw: [] },
  );
  const rows = await server.world.db.rows<{ row: string }>(sql(strings, workspaceId));
  return rows.map(({ row }) => row);
}

/** A person with something in every table, and what is left of anybody, by the privacy map. */
import type { Uuid } from '../../src/ids.ts';
import { fromWire } from '../../src/ids.ts';
import type { Database } from '../../src/infra/database.ts';
import { Fragment, sql } from '../../src/infra/sql.ts';
import { mergeVisitors } from '../../src/services/merge.ts';
import { columnClasses, privacyTables } from '../../src/services/privacy-map.ts';
import { undoMerge } from '../../src/services/unmerge.ts';
import { editVisitor } from '../../src/services/visitor-edit.ts';
import type { TestWorkspace, World } from '../support/world.ts';

/** Stands in every value of hers, and nowhere else. */
export const CANARY = 'c4n4ry';

/** Ann, who came as two browsers, was merged with somebody, edited, answered and talked about. */
export interface Person {
  /** Her records. */
  readonly records: readonly Uuid[];
  readonly survivorId: string;
  /** Of a merge of hers that was undone, with Bob. */
  readonly undoneMergeId: string;
}

/** Makes Ann: `user:ann-c4n4ry`, `anon:a1-c4n4ry`, `anon:a2-c4n4ry`. Bob is `user:bob`. */
export async function plantPerson({ db, ids, ingest, clock }: World, ws: TestWorkspace): Promise<Person> {
  const { workspaceId } = ws.caller;
  const at = clock.now().toISOString();
  const said = { note: CANARY, deep: { er: [CANARY] } };
  const ann = { userId: `ann-${CANARY}`, anonymousId: `a1-${CANARY}` };
  const results = await ingest.submit(ws, [
    { type: 'page', ...ann, sessionId: `s1-${CANARY}`, url: `/p?utm_source=${CANARY}`, title: CANARY, page: CANARY },
    { type: 'track', anonymousId: ann.anonymousId, name: 'looked', properties: said },
    { type: 'identify', ...ann, traits: { name: `Ann ${CANARY}`, email: `${CANARY}@example.com`, plan: CANARY } },
    { type: 'track', userId: ann.userId, name: 'bought', properties: said },
    { type: 'track', anonymousId: `a2-${CANARY}`, name: 'looked', properties: said },
    { type: 'identify', userId: 'bob', traits: { email: `${CANARY}@example.com` } },
  ]);
  await ingest.submit(ws, [{ type: 'update', userId: 'bob', traits: { email: 'bob@example.com' } }]);
  await editVisitor(ws, `user:${ann.userId}`, { phone: CANARY, attributes: { note: CANARY } });
  const merge = { sourceVisitorId: `anon:a2-${CANARY}`, targetVisitorId: `user:${ann.userId}` };
  await mergeVisitors(ws, { ...merge, overrides: { attributes: { chosen: CANARY } } });
  const bob = { sourceVisitorId: 'user:bob', targetVisitorId: `user:${ann.userId}`, allowIdentified: true };
  const { merge: undone } = await mergeVisitors(ws, bob);
  await undoMerge(ws, undone.id ?? '');
  const survivorId = results[2]?.visitorId ?? '';
  const survivor = fromWire('visitor', survivorId);
  const rows = await db.rows<{ id: Uuid }>(sql`/* test.records */
    SELECT id FROM record WHERE workspace_id = ${workspaceId}::uuid AND canonical_id = ${survivor}::uuid`);
  const by = JSON.stringify(ws.caller.by);
  const conversation = ids.uuid();
  await db.run(sql`/* test.conversation */
    INSERT INTO conversation (workspace_id, id, record_id, subject, created_at, last_message_at)
    VALUES (${workspaceId}::uuid, ${conversation}::uuid, ${survivor}::uuid, ${CANARY}, ${at}::timestamptz, ${at}::timestamptz)`);
  await db.run(sql`/* test.message */
    INSERT INTO message (workspace_id, id, conversation_id, author, type, body, sent_at)
    VALUES (${workspaceId}::uuid, ${ids.uuid()}::uuid, ${conversation}::uuid, 'visitor', 'text', ${CANARY}, ${at}::timestamptz)`);
  await db.run(sql`/* test.tag */
    INSERT INTO visitor_tag (workspace_id, record_id, tag, created_at, by)
    VALUES (${workspaceId}::uuid, ${survivor}::uuid, 'vip', ${at}::timestamptz, ${by}::jsonb)`);
  await db.run(sql`/* test.note */
    INSERT INTO note (workspace_id, id, record_id, body, created_at, by)
    VALUES (${workspaceId}::uuid, ${ids.uuid()}::uuid, ${survivor}::uuid, ${CANARY}, ${at}::timestamptz, ${by}::jsonb)`);
  await db.run(sql`/* test.export */
    INSERT INTO visitor_export (workspace_id, id, record_id, format, created_at, by)
    VALUES (${workspaceId}::uuid, ${ids.uuid()}::uuid, ${survivor}::uuid, 'json', ${at}::timestamptz, ${by}::jsonb)`);
  await db.run(sql`/* test.answer */
    INSERT INTO idempotency (workspace_id, key_id, hash, request_hash, status, body, headers, created_at)
    VALUES (${workspaceId}::uuid, ${ids.uuid()}::uuid, ''::bytea, ''::bytea, 200, ${JSON.stringify({ name: CANARY })}::jsonb,
      '{}', ${at}::timestamptz)`);
  return { records: rows.map(({ id }) => id), survivorId, undoneMergeId: undone.id ?? '' };
}

/** Tables that hold the text anywhere in a row of the workspace, or in one of nobody's. */
export async function tablesHolding(db: Database, workspaceId: Uuid, text: string): Promise<string[]> {
  const found = [];
  for (const { table } of privacyTables()) {
    const isOurs = columnClasses(table).has('workspace_id') ? `t.workspace_id = '${workspaceId}'` : 'true';
    const rows = await db.rows(raw(`SELECT FROM ${table} t WHERE ${isOurs} AND t::text LIKE '%${text}%' LIMIT 1`));
    if (rows.length > 0) found.push(table);
  }
  return found;
}

/** How many rows of each table are reached from these records; tables with none are missing. */
export async function rowsOf(db: Database, records: readonly Uuid[]): Promise<Record<string, number>> {
  const list = `ANY('{${records.join(',')}}'::uuid[])`;
  const reached = {
    record: `t.id = ${list}`,
    profile: `t.id = ${list}`,
    record_id: `t.record_id = ${list}`,
    conversation_id: `t.conversation_id IN (SELECT id FROM conversation WHERE record_id = ${list})`,
    ends: `(t.source_record_id = ${list} OR t.target_record_id = ${list})`,
    workspace: 'false',
    hash: 'false',
    nobody: 'false',
  };
  const counts: Record<string, number> = {};
  for (const { table, reach } of privacyTables()) {
    const [row] = await db.rows<{ n: number }>(
      raw(`SELECT count(*)::int AS n FROM ${table} t WHERE ${reached[reach]}`),
    );
    if (row && row.n > 0) counts[table] = row.n;
  }
  return counts;
}

/** A statement whose table's name is data: of the map, which the compiler knows. */
function raw(text: string): Fragment {
  const strings = [`/* test.map */ ${text}`];
  return new Fragment(Object.assign(strings, { raw: strings }), [], false);
}

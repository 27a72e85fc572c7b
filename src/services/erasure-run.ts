/**
 * The rest of a deletion: history in chunks, each a commit of its own, then the records and the receipt. It may be ended
 * anywhere and taken up again, by this process or another; two at once wait for each other.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ErasedCounts, ErasedKind } from '../contract/privacy.ts';
import type { Uuid } from '../ids.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { ERASURE_CHUNK } from '../limits.ts';
import type { Log } from '../log.ts';
import { ofConversation, ofRecord, type PersonRecords } from './erasure-begin.ts';
import { signReceipt } from './erasure-receipt.ts';
import type { TableWith } from './privacy-map.ts';
import { lockIdentity } from './record.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/** What `Erasures` is made of. */
export interface ErasureParts extends WorkSource {
  readonly log: Log;
  /** Resolves when a caller has waited for a deletion long enough. */
  readonly patience: () => Promise<void>;
}

/** An erasure and its workspace. */
interface Begun {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
}

/** The deletions that this process carries on. One per process. */
export class Erasures {
  readonly #parts: ErasureParts;
  readonly #running = new Map<Uuid, Promise<void>>();
  #isStopping = false;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /** Carries a deletion on; resolves when it is done, or when the caller's patience is at its end. Never rejects. */
  async carryOn(begun: Begun): Promise<void> {
    await Promise.race([this.#run(begun), this.#parts.patience()]);
  }

  /** Carries a deletion on to its end, or to where it is interrupted. Never rejects. */
  finish(begun: Begun): Promise<void> {
    return this.#run(begun);
  }

  /**
   * Finishes what was begun, here or by a process that is no more. Never rejects.
   *
   * @returns how many deletions it found.
   */
  async resume(): Promise<number> {
    const begun = await findBegun(this.#parts).catch((thrown: unknown) => {
      this.#parts.log.warn({ err: thrown }, 'unfinished deletions could not be looked for');
      return [];
    });
    for (const each of begun) await this.#run(each);
    return begun.length;
  }

  /** Resolves when nothing is under way any more; what is not finished is taken up at the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running.values());
  }

  #run(begun: Begun): Promise<void> {
    const running = this.#running.get(begun.id) ?? this.#carryOut(begun);
    this.#running.set(begun.id, running);
    return running;
  }

  async #carryOut({ workspaceId, id }: Begun): Promise<void> {
    try {
      const kinds = Object.values(HISTORY);
      while (kinds.length > 0 && !this.#isStopping) {
        const [kind] = kinds as [HistoryKind];
        const deleted = await inWork(this.#parts, workspaceId, (work) => deleteChunk(work, id, kind));
        if (deleted < ERASURE_CHUNK) kinds.shift();
        // An embedded database answers without a turn of the event loop: callers would hear nothing until the end.
        await nextTurn();
      }
      if (kinds.length === 0) await inWork(this.#parts, workspaceId, (work) => finish(work, id));
    } catch (thrown) {
      this.#parts.log.error({ err: thrown, erasure: id }, 'a deletion was interrupted and will be taken up again');
    } finally {
      this.#running.delete(id);
    }
  }
}

interface HistoryKind {
  readonly kind: ErasedKind;
  readonly table: Fragment;
  readonly ofPerson: (person: PersonRecords) => Fragment;
}

/** Every table of history, what is below others first. */
const HISTORY: Readonly<Record<TableWith<'chunks'>, HistoryKind>> = {
  event: { kind: 'events', table: sql`event`, ofPerson: ofRecord },
  page_view: { kind: 'pageViews', table: sql`page_view`, ofPerson: ofRecord },
  message: { kind: 'messages', table: sql`message`, ofPerson: ofConversation },
  conversation: { kind: 'conversations', table: sql`conversation`, ofPerson: ofRecord },
  session: { kind: 'sessions', table: sql`session`, ofPerson: ofRecord },
};

interface RunningRow {
  readonly id: Uuid;
  readonly deleted_at: Date;
  readonly counts: ErasedCounts;
  readonly identifier_hashes: string[];
  readonly record_ids: Uuid[];
}

/** @returns how many rows of the kind went; fewer than a chunk when it was the last. */
async function deleteChunk(work: Work, id: Uuid, { kind, table, ofPerson }: HistoryKind): Promise<number> {
  const erasure = await lockErasure(work, id);
  if (!erasure) return 0;
  const person = { workspaceId: work.workspaceId, records: erasure.record_ids };
  const [row] = await work.tx.rows<{ n: number }>(sql`/* erasure.chunk */
    WITH gone AS (
      DELETE FROM ${table} d WHERE d.workspace_id = ${work.workspaceId}::uuid AND d.id = ANY(ARRAY(
        SELECT t.id FROM ${table} t WHERE t.workspace_id = ${work.workspaceId}::uuid AND ${ofPerson(person)}
        LIMIT ${ERASURE_CHUNK}))
      RETURNING d.id
    ), n AS (SELECT count(*)::int AS n FROM gone)
    UPDATE erasure e SET done = e.done + n.n,
      counts = jsonb_set(e.counts, ARRAY[${kind}::text], to_jsonb((e.counts->>${kind}::text)::int + n.n))
    FROM n
    WHERE e.workspace_id = ${work.workspaceId}::uuid AND e.id = ${id}::uuid
    RETURNING n.n`);
  return row?.n ?? 0;
}

/** Takes the records away and signs the receipt, once nothing hangs on them. */
async function finish(work: Work, id: Uuid): Promise<void> {
  await lockIdentity(work);
  const erasure = await lockErasure(work, id);
  if (!erasure) return;
  const { record_ids: records, counts } = erasure;
  await work.tx.run(hot`/* record.erase */
    DELETE FROM record WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${records}::uuid[])`);
  const complete = { ...counts, records: records.length };
  await work.tx.run(hot`/* erasure.count_records */
    UPDATE erasure SET counts = ${JSON.stringify(complete)}::jsonb
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${id}::uuid`);
  await signReceipt(work, { ...erasure, counts: complete });
}

/** The erasure, locked; undefined when somebody else has finished it. */
async function lockErasure(work: Work, id: Uuid): Promise<RunningRow | undefined> {
  const [row] = await work.tx.rows<RunningRow>(hot`/* erasure.lock */
    SELECT id, deleted_at, counts, identifier_hashes, record_ids FROM erasure
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${id}::uuid AND status = 'running'
    FOR NO KEY UPDATE`);
  return row;
}

/** Of all workspaces: a process that ended did not choose among them. */
function findBegun({ db }: WorkSource): Promise<Begun[]> {
  return db.rows<Begun>(sql`/* erasure.begun */
    SELECT e.workspace_id AS "workspaceId", e.id
    FROM workspace w
    JOIN erasure e ON e.workspace_id = w.id AND e.position IS NULL
    WHERE e.status = 'running'
    ORDER BY e.deleted_at, e.id`);
}

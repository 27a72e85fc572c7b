/** What the steps of one transaction share. */
import type { Clock } from '../clock.ts';
import type { IdMaker, Uuid } from '../ids.ts';
import type { Database, Pipelined, Sql } from '../infra/database.ts';

/** One transaction of one workspace, with its moment and its source of ids. */
export interface Work {
  readonly tx: Sql;
  readonly workspaceId: Uuid;
  /** The moment everything in this transaction is dated. */
  readonly now: Date;
  readonly ids: IdMaker;
}

/** Where a transaction of a workspace begins; a `Context` with its caller's workspace is one. */
export interface WorkSource {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdMaker;
}

/** Runs `job` in one transaction of a workspace; repeated from the start when it loses a race (see `Database`). */
export function inWork<Result>(
  { db, clock, ids }: WorkSource,
  workspaceId: Uuid,
  job: (work: Work) => Promise<Result>,
): Promise<Result> {
  return db.transaction((tx) => job({ tx, workspaceId, now: clock.now(), ids }));
}

/** The same in a pipelined transaction, which `job` may seal. */
export function inPipelinedWork<Result>(
  { db, clock, ids }: WorkSource,
  workspaceId: Uuid,
  job: (work: Work, seal: Pipelined['seal']) => Promise<Result>,
): Promise<Result> {
  return db.pipelined((tx) => job({ tx, workspaceId, now: clock.now(), ids }, tx.seal));
}

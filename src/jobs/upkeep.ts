/**
 * Keeps the database's knowledge of its tables fresh while they grow. A planner that knows nothing takes any index that
 * begins with the workspace for a good one, and every table has several: measured on tables never analysed, a flush took
 * five times as long. PostgreSQL looks by itself only once a minute, PGlite never.
 */
import type { Database } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import type { Log } from '../log.ts';

/** Committed items after which the tables are looked at for the first time; then at every doubling. */
const FIRST_LOOK = 500;
/** From here on PostgreSQL's own autovacuum keeps up. */
const POSTGRES_LAST_LOOK = 1_000_000;
/** PGlite has no autovacuum, so what flushes update in place is cleaned this often, in committed items. */
const PGLITE_INTERVAL = 50_000;

/** One per process. */
export class Upkeep {
  #committed = 0;
  #nextLook = FIRST_LOOK;
  #running: Promise<void> = Promise.resolve();

  constructor(
    readonly db: Database,
    readonly log: Log,
  ) {}

  /** Notes that items were committed; looks after the tables in the background when enough were. */
  note(items: number): void {
    this.#committed += items;
    if (this.#committed < this.#nextLook) return;
    this.#nextLook = this.#following(this.#committed);
    this.#running = this.#running
      .then(() => this.#look())
      .catch((thrown: unknown) => {
        this.log.warn({ err: thrown }, 'the tables could not be looked after');
      });
  }

  /** Resolves when nothing runs: before the database is closed. */
  stop(): Promise<void> {
    return this.#running;
  }

  #following(committed: number): number {
    if (this.db.kind === 'pglite') return committed + Math.min(committed, PGLITE_INTERVAL);
    return committed < POSTGRES_LAST_LOOK ? committed * 2 : Number.POSITIVE_INFINITY;
  }

  async #look(): Promise<void> {
    if (this.db.kind === 'pglite')
      await this.db.run(sql`/* upkeep.vacuum */ VACUUM record, profile, profile_activity, session, company`);
    await this.db.run(sql`/* upkeep.analyze */
      ANALYZE record, identifier, profile, profile_activity, session, page_view, event, message_id, merge, company`);
  }
}

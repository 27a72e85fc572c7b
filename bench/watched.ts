/** A database that is watched: how long each named statement takes, and what a commit would cost without some of them. */
import type { Database } from '../src/infra/database.ts';
import type { Fragment } from '../src/infra/sql.ts';

/** Calls of one statement and how long they took together, as the process saw it. */
export interface Timing {
  calls: number;
  ms: number;
}

/** Statement name → timing; `COMMIT` and `taking a connection` among them, and `whole transaction`. */
export type Timings = Readonly<Record<string, Timing>>;

/** Collects timings until they are taken. */
export class Stopwatch {
  #timings: Record<string, Timing> = {};

  /** @param startedAt by `performance.now()`. */
  note(name: string, startedAt: number): void {
    this.#timings[name] ??= { calls: 0, ms: 0 };
    const timing = this.#timings[name];
    timing.calls++;
    timing.ms += performance.now() - startedAt;
  }

  take(): Timings {
    const taken = this.#timings;
    this.#timings = {};
    return taken;
  }
}

/** Which statements run: all, or only those that keep the message, the event and its links. */
export type Depth = 'everything' | 'insert only';

/** Locks, counts and profiles: what is derived, and what guards it. */
const DERIVED = /^(activity\.add|record\.(lock|add_activity|write_registers)|profile\.\w+)$/;

/** Passes everything on, but for what `depth` leaves out: that is answered as if it had run. */
export function watch(db: Database, depth: Depth, stopwatch: Stopwatch): Database {
  const pipelined: Database['pipelined'] = async (work) => {
    const startedAt = performance.now();
    let lastAt = startedAt;
    // Statements may be under way together: each is given the time since the answer before its own.
    const note = (name: string, askedAt: number) => {
      stopwatch.note(name, Math.max(askedAt, lastAt));
      lastAt = performance.now();
    };
    const timed = async <Result>(statement: Fragment, run: () => Promise<Result>): Promise<Result> => {
      const askedAt = performance.now();
      const result = await run();
      note(nameOf(statement), askedAt);
      return result;
    };
    const result = await db.pipelined(async (tx) => {
      note('taking a connection', startedAt);
      const answer = await work({
        seal: tx.seal,
        rows: async <Row>(statement: Fragment) =>
          isLeftOut(statement, depth)
            ? (untouchedRecords(statement) as Row[])
            : timed(statement, () => tx.rows<Row>(statement)),
        run: async (statement) =>
          isLeftOut(statement, depth) ? untouchedRecords(statement).length : timed(statement, () => tx.run(statement)),
      });
      lastAt = performance.now();
      return answer;
    });
    note('COMMIT', startedAt);
    stopwatch.note('whole transaction', startedAt);
    return result;
  };
  return { ...db, pipelined };
}

function isLeftOut(statement: Fragment, depth: Depth): boolean {
  return depth === 'insert only' && DERIVED.test(nameOf(statement));
}

const names = new WeakMap<TemplateStringsArray, string>();

/** From the comment each statement begins with. */
function nameOf({ strings }: Fragment): string {
  const known = names.get(strings);
  if (known !== undefined) return known;
  const name = /^\s*\/\* ([\w.]+) \*\//.exec(strings[0] ?? '')?.[1] ?? 'unnamed';
  names.set(strings, name);
  return name;
}

/** What statements on records answer when every record is its own survivor, has no values, and nothing goes wrong. */
function untouchedRecords({ values }: Fragment): object[] {
  const ids = values.map(listOf).find((list) => list.length > 0) ?? [];
  return ids.map((id) => ({
    id,
    parent_id: null,
    parent_merge_id: null,
    canonical_id: id,
    registers: null,
  }));
}

/** A list as it was given: as one, or written out as the database reads it. */
function listOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string' && value.startsWith('{') && value.length > 2) return value.slice(1, -1).split(',');
  return Array.isArray(value) ? value : [];
}

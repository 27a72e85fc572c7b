/** A database that is watched: how long each named statement takes, and what a commit would cost without some of them. */
import type { Database, Sql } from '../src/infra/database.ts';
import type { Fragment } from '../src/infra/sql.ts';

/** Calls of one statement and how long they took together, as the process saw it. */
export interface Timing {
  calls: number;
  ms: number;
}

/** Statement name → timing; BEGIN and COMMIT among them, and `whole transaction`. */
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

/** Which statements are left out, to see what they cost. */
export type Depth = 'everything' | 'no derived state' | 'insert only';

const DERIVED = /^(record\.add_activity|record\.write_registers|profile\.\w+)$/;
const LOCKS = /^record\.lock$/;

/** Passes everything on, but for what `depth` leaves out: that is answered as if it had run. */
export function watch(db: Database, depth: Depth, stopwatch: Stopwatch): Database {
  const watched = (on: Sql): Sql => {
    const timed = async <Result>(statement: Fragment, run: () => Promise<Result>): Promise<Result> => {
      const startedAt = performance.now();
      const result = await run();
      stopwatch.note(nameOf(statement), startedAt);
      return result;
    };
    return {
      rows: <Row>(statement: Fragment) =>
        isLeftOut(statement, depth)
          ? Promise.resolve(unlockedRecords(statement) as Row[])
          : timed(statement, () => on.rows<Row>(statement)),
      run: (statement) =>
        isLeftOut(statement, depth)
          ? Promise.resolve(arraysOf(statement)[0]?.length ?? 0)
          : timed(statement, () => on.run(statement)),
    };
  };
  const transaction: Database['transaction'] = async (work) => {
    const startedAt = performance.now();
    let doneAt = 0;
    const result = await db.transaction(async (tx) => {
      stopwatch.note('BEGIN', startedAt);
      const answer = await work(watched(tx));
      doneAt = performance.now();
      return answer;
    });
    stopwatch.note('COMMIT', doneAt);
    stopwatch.note('whole transaction', startedAt);
    return result;
  };
  return { ...db, transaction };
}

function isLeftOut(statement: Fragment, depth: Depth): boolean {
  if (depth === 'everything') return false;
  const name = nameOf(statement);
  return DERIVED.test(name) || (depth === 'insert only' && LOCKS.test(name));
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

/** What `record.lock` answers when every record is its own survivor and has no values. */
function unlockedRecords(statement: Fragment): object[] {
  const ids = arraysOf(statement).at(-1) ?? [];
  return ids.map((id) => ({ id, parent_id: null, parent_merge_id: null, canonical_id: id, registers: null }));
}

function arraysOf({ values }: Fragment): unknown[][] {
  return values.filter((value): value is unknown[] => Array.isArray(value));
}

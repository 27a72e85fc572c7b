/** A database that tells of every transaction that failed: what repeats and halves batches would mend, unseen. */
import type { Database } from '../../src/infra/database.ts';

/** The same database. @param failed is told what a transaction threw. */
export function watched(db: Database, failed: (thrown: unknown) => void): Database {
  return {
    ...{ kind: db.kind, prisma: db.prisma },
    rows: (statement) => db.rows(statement),
    run: (statement) => db.run(statement),
    ping: () => db.ping(),
    close: () => db.close(),
    transaction: (work) =>
      db.transaction(work).catch((thrown: unknown) => {
        failed(thrown);
        throw thrown;
      }),
  };
}

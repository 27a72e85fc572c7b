/** Deletes visitors whom nobody saw for as long as their workspace keeps such, as a deletion by hand does. */
import type { By } from '../context.ts';
import { toWire } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { beginErasure } from './erasure-begin.ts';
import type { Erasures } from './erasure-run.ts';
import { lockIdentity } from './record.ts';
import type { EraseUnseen } from './retention-run.ts';
import { isStillUnseen } from './retention-unseen.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/**
 * One after the other, each to its end. In the name of whoever set how long visitors are kept; whoever comes back is
 * welcome at once: only what is dated before the deletion is suppressed.
 */
export function eraseUnseen(source: WorkSource, erasures: Erasures): EraseUnseen {
  return async (workspaceId, survivorId, before) => {
    const id = await inWork(source, workspaceId, async (work) => {
      await lockIdentity(work);
      if (!(await isStillUnseen(work, survivorId, before))) return null;
      const rule = await readAuthor(work);
      if (!rule) return null;
      const [ref, now] = [toWire('visitor', survivorId), () => source.clock.now()];
      return beginErasure(work, { ref, by: rule.by, hashKey: rule.hash_key, suppressedMs: 0, now });
    });
    if (id === null) return false;
    await erasures.finish({ workspaceId, id });
    return true;
  };
}

/** Null when the rule is gone meanwhile: then nobody is deleted for it. */
async function readAuthor({ tx, workspaceId }: Work) {
  const [row] = await tx.rows<{ by: By; hash_key: Uint8Array }>(sql`/* retention.author */
    SELECT t.by, w.hash_key FROM retention t JOIN workspace w ON w.id = t.workspace_id
    WHERE t.workspace_id = ${workspaceId}::uuid AND t.kind = 'visitors'`);
  return row ?? null;
}

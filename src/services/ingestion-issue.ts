/** Why items of a workspace were rejected: what an engineer looks at when visitors are missing. */
import type { IngestionIssue as IngestionIssueRow } from '../../prisma/generated/client/client.ts';
import { type Context, requireScope } from '../context.ts';
import type { IngestionIssue } from '../contract/ingestion-issue.ts';
import type { Page, PageQuery } from '../contract/page.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { readPage } from './page-read.ts';

/** Rejected items, newest first. @throws {Forbidden} without `admin`. */
export function listIngestionIssues({ caller, db }: Context, query: PageQuery): Promise<Page<IngestionIssue>> {
  requireScope(caller, 'admin');
  const { workspaceId } = caller;
  const list = {
    count: () => db.prisma.ingestionIssue.count({ where: { workspaceId } }),
    read: ({ after, skip, take }: { after: Uuid | undefined; skip: number; take: number }) =>
      db.prisma.ingestionIssue.findMany({
        where: after === undefined ? { workspaceId } : { workspaceId, id: { lt: after } },
        orderBy: { id: 'desc' },
        skip,
        take,
      }),
    write: (row: IngestionIssueRow) => toWire('issue', row.id),
    parse: (text: string) => fromWire('issue', text),
  };
  return readPage(query, list, toIssue);
}

function toIssue(row: IngestionIssueRow): IngestionIssue {
  return {
    id: toWire('issue', row.id),
    code: row.code,
    pointer: row.pointer,
    itemType: row.itemType,
    keyId: toWire('key', row.keyId),
    messageHash: hex(row.messageHash),
    identifierHash: hex(row.identifierHash),
    createdAt: row.createdAt.toISOString(),
  };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

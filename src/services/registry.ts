/** The vocabulary a workspace has used: attribute keys with their types, and event names. */
import type {
  AttributeKey as AttributeKeyRow,
  EventName as EventNameRow,
} from '../../prisma/generated/client/client.ts';
import { type Context, requireScope } from '../context.ts';
import type { Page, PageQuery } from '../contract/page.ts';
import type { AttributeKey, EventName } from '../contract/registry.ts';
import { readPage } from './page-read.ts';

/** Attribute keys of visitors and companies, by owner and key. @throws {Forbidden} without `visitors:read`. */
export function listAttributeKeys({ caller, db }: Context, query: PageQuery): Promise<Page<AttributeKey>> {
  requireScope(caller, 'visitors:read');
  const { workspaceId } = caller;
  const list = {
    count: () => db.prisma.attributeKey.count({ where: { workspaceId } }),
    read: ({ after, skip, take }: { after: readonly [string, string] | undefined; skip: number; take: number }) =>
      db.prisma.attributeKey.findMany({
        where: after === undefined ? { workspaceId } : { workspaceId, OR: behind(after) },
        orderBy: [{ owner: 'asc' }, { key: 'asc' }],
        skip,
        take,
      }),
    write: (row: AttributeKeyRow) => `${row.owner} ${row.key}`,
    parse: (text: string) => {
      const [, owner, key] = /^(visitor|company) ([^\0]+)$/s.exec(text) ?? [];
      return owner && key ? ([owner, key] as const) : null;
    },
  };
  return readPage(query, list, (row) => ({
    owner: row.owner as AttributeKey['owner'],
    key: row.key,
    types: row.types as AttributeKey['types'],
    firstSeenAt: row.firstSeenAt.toISOString(),
  }));
}

/** Event names, in alphabetical order. @throws {Forbidden} without `events:read`. */
export function listEventNames({ caller, db }: Context, query: PageQuery): Promise<Page<EventName>> {
  requireScope(caller, 'events:read');
  const { workspaceId } = caller;
  const list = {
    count: () => db.prisma.eventName.count({ where: { workspaceId } }),
    read: ({ after, skip, take }: { after: string | undefined; skip: number; take: number }) =>
      db.prisma.eventName.findMany({
        where: after === undefined ? { workspaceId } : { workspaceId, name: { gt: after } },
        orderBy: { name: 'asc' },
        skip,
        take,
      }),
    write: (row: EventNameRow) => row.name,
    parse: (text: string) => (text === '' || text.includes('\0') ? null : text),
  };
  return readPage(query, list, (row) => ({ name: row.name, firstSeenAt: row.firstSeenAt.toISOString() }));
}

function behind([owner, key]: readonly [string, string]) {
  return [{ owner: { gt: owner } }, { owner, key: { gt: key } }];
}

/** Registers attribute keys and event names as they appear, so that people can pick from what exists. */
import { LRUCache } from 'lru-cache';
import type { Values } from '../contract/item.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { ATTRIBUTE } from './register.ts';
import type { Work } from './work.ts';

/** Names seen, per process: what is in here needs no statement. */
const REMEMBERED = 50_000;
const DATE = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}.*)?$/;

/** Whose attribute a key is. */
export type AttributeOwner = 'visitor' | 'company';
/** Types a value was seen with; a text that is a date counts as one. */
export type AttributeType = 'string' | 'number' | 'boolean' | 'date' | 'list' | 'object';

/** What one batch mentions. */
export class Vocabulary {
  readonly eventNames = new Set<string>();
  /** By their JSON, so that no two meet whatever a key holds. */
  readonly attributes = new Map<string, { owner: AttributeOwner; key: string; type: AttributeType }>();

  addAttributes(owner: AttributeOwner, values: Values): void {
    for (const [register, value] of Object.entries(values)) {
      if (!register.startsWith(ATTRIBUTE) || value === null) continue;
      const attribute = { owner, key: register.slice(ATTRIBUTE.length), type: typeOf(value) };
      this.attributes.set(JSON.stringify(attribute), attribute);
    }
  }
}

/** Writes what this process has not written before. One per process: it remembers. */
export class Registry {
  readonly #known = new LRUCache<string, true>({ max: REMEMBERED });

  /** Inside the transaction, as its last writes; `remember` after it committed. */
  async write(work: Work, { eventNames, attributes }: Vocabulary): Promise<void> {
    const names = [...eventNames].filter((name) => !this.#known.has(this.#name(work.workspaceId, name))).sort();
    if (names.length > 0) {
      await work.tx.run(hot`/* registry.event_names */
        INSERT INTO event_name (workspace_id, name, first_seen_at)
        SELECT ${work.workspaceId}::uuid, name, ${work.now.toISOString()}::timestamptz
        FROM unnest(${names}::text[]) AS n(name)
        ON CONFLICT DO NOTHING`);
    }
    const keys = [...attributes].filter(([id]) => !this.#known.has(`${work.workspaceId} ${id}`)).sort(byId);
    if (keys.length > 0)
      await this.#writeAttributes(
        work,
        keys.map(([, attribute]) => attribute),
      );
  }

  /** True when `write` would have nothing to write. */
  knows(workspaceId: Uuid, { eventNames, attributes }: Vocabulary): boolean {
    for (const name of eventNames) if (!this.#known.has(this.#name(workspaceId, name))) return false;
    for (const id of attributes.keys()) if (!this.#known.has(`${workspaceId} ${id}`)) return false;
    return true;
  }

  remember(workspaceId: Uuid, { eventNames, attributes }: Vocabulary): void {
    for (const name of eventNames) this.#known.set(this.#name(workspaceId, name), true);
    for (const id of attributes.keys()) this.#known.set(`${workspaceId} ${id}`, true);
  }

  async #writeAttributes(work: Work, found: { owner: AttributeOwner; key: string; type: AttributeType }[]) {
    await work.tx.run(hot`/* registry.attribute_keys */
      INSERT INTO attribute_key AS k (workspace_id, owner, key, types, first_seen_at)
      SELECT ${work.workspaceId}::uuid, owner, key, array_agg(DISTINCT type ORDER BY type),
        ${work.now.toISOString()}::timestamptz
      FROM unnest(${found.map((each) => each.owner)}::text[], ${found.map((each) => each.key)}::text[],
        ${found.map((each) => each.type)}::text[]) AS n(owner, key, type)
      GROUP BY owner, key
      ORDER BY owner, key
      ON CONFLICT (workspace_id, owner, key) DO UPDATE
      SET types = (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(k.types || excluded.types) AS t)
      WHERE NOT k.types @> excluded.types`);
  }

  #name(workspaceId: Uuid, name: string): string {
    return `${workspaceId} event ${name}`;
  }
}

function typeOf(value: unknown): AttributeType {
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return DATE.test(value) ? 'date' : 'string';
    default:
      return 'object';
  }
}

function byId([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

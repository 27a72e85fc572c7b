/**
 * What a process remembers of the credentials it was shown – keys, sessions – so that a request asks the database
 * nothing. Kept for a few seconds: what ends elsewhere shows within that time, what ends in this process at once.
 */
import { LRUCache } from 'lru-cache';
import type { Database } from '../infra/database.ts';
import { nameOfKey } from './key-text.ts';
import type { WorkSource } from './work.ts';

/** What the database said of one credential. */
export interface Found<Known> {
  /** Null: it opens nothing. */
  readonly known: Known | null;
  /** Milliseconds since 1970. */
  readonly trustedUntil: number;
}

type Source = Pick<WorkSource, 'db' | 'clock'>;

const MAX_CREDENTIALS_KEPT = 10_000;

class Kept<Known> {
  readonly found = new LRUCache<string, Found<Known>>({ max: MAX_CREDENTIALS_KEPT });
  readonly pending = new Map<string, Promise<Found<Known>>>();
}

const rings = new Set<{ forget(db: Database): void }>();

/** Credentials of one kind, each known by the hash of its text. */
export class CredentialRing<Known> {
  readonly #kept = new WeakMap<Database, Kept<Known>>();

  /** @param ask looks one up in the database. */
  constructor(readonly ask: (source: Source, text: string) => Promise<Found<Known>>) {
    rings.add(this);
  }

  /** What the credential with this text opens, or null. */
  async find(source: Source, text: string): Promise<Known | null> {
    const kept = this.#keptOf(source.db);
    const name = nameOfKey(text);
    const remembered = kept.found.get(name);
    if (remembered && source.clock.now().getTime() < remembered.trustedUntil) return remembered.known;
    return (await (kept.pending.get(name) ?? this.#load(source, kept, name, text))).known;
  }

  forget(db: Database): void {
    this.#kept.delete(db);
  }

  #keptOf(db: Database): Kept<Known> {
    const known = this.#kept.get(db);
    if (known) return known;
    const kept = new Kept<Known>();
    this.#kept.set(db, kept);
    return kept;
  }

  #load(source: Source, kept: Kept<Known>, name: string, text: string): Promise<Found<Known>> {
    const answer = this.ask(source, text).finally(() => kept.pending.delete(name));
    kept.pending.set(name, answer);
    return answer.then((found) => {
      kept.found.set(name, found);
      return found;
    });
  }
}

/**
 * Drops what this process knows of all credentials: after one of any kind was made or ended, or a setting was changed
 * that travels with them. Answers still on their way from the database are not kept either.
 */
export function forgetCredentials(db: Database): void {
  for (const ring of rings) ring.forget(db);
}

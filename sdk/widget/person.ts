/** Who sits before the browser: the id made for it, and the user they said to be. Shared by all tabs. */
import { quietly } from './guard.ts';
import { encode } from './json.ts';
import type { Store } from './store.ts';

/** What the page proves a userId with: one of the two, made by its server. */
export interface Proof {
  readonly userHash?: string | undefined;
  readonly token?: string | undefined;
}

/** The ids that every item carries, and what proves them. */
export interface Person extends Proof {
  readonly anonymousId: string;
  readonly userId?: string | undefined;
}

/** Who it is now; asked anew for every item, as another tab may know better. */
export interface People {
  now(): Person;
  /** They are this user. Somebody else than before begins as a stranger, so that nobody inherits a history. */
  claim(userId: string, proof: Proof): unknown;
  /** The next one is a stranger. */
  forget(): unknown;
  /** The server does not believe that they are this user. */
  disown(userId: unknown): void;
}

const KEY = 'who';

/** @param makeId an id nobody can guess. */
export function openPeople(store: Store, makeId: () => string): People {
  const write = (person: Person): Person => {
    store.set(KEY, encode(person) || '');
    return person;
  };
  const stranger = () => write({ anonymousId: makeId() });
  const now = () => read(store.get(KEY)) || stranger();
  return {
    now,
    claim: (userId, proof) => write({ anonymousId: now().anonymousId, userId, ...proof }),
    forget: stranger,
    disown(userId) {
      const person = now();
      if (person.userId === userId) write({ anonymousId: person.anonymousId });
    },
  };
}

/** What stands in the store, or null when somebody else wrote it. */
function read(text: string | null): Person | null {
  const found = quietly(() => JSON.parse(text || '') as Person);
  return found && typeof found.anonymousId === 'string' && found.anonymousId ? found : null;
}

/** What programs write when they have no id, and zeros: the server refuses them, and all that would come after. */
const NOBODY = /^(null|undefined|anonymous|guest|-1|nan|none|nil|\[objectobject]|true|false|[0-]*)$/i;
const WRAPPING = /[\s\u200b-\u200d\u2060"'`\\]/g;
const MAX_ID_LENGTH = 255;

/** A userId as text, or null when it is none. */
export function userIdOf(value: unknown): string | null {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id !== 'string' || id.length > MAX_ID_LENGTH) return null;
  return NOBODY.test(id.replace(WRAPPING, '')) ? null : id;
}

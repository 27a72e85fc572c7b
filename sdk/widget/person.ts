/** Who sits before the browser: the id made for it, and the user they said to be. Shared by all tabs. */
import { parsed } from './guard.ts';
import { encode } from './json.ts';
import { textOf } from './pages.ts';
import type { Store } from './store.ts';

/** What the page proves a userId with: one of the two, made by its server. */
export interface Proof {
  readonly userHash?: string | undefined;
  readonly token?: string | undefined;
}

/** The user somebody said to be, and what proves it. */
export interface Claim extends Proof {
  readonly userId?: string | undefined;
}

/** The ids that every item carries, and what proves them. */
export interface Person extends Claim {
  readonly anonymousId: string;
}

/** Who it is now; asked anew for every item, as another tab may know better. */
export interface People {
  now(): Person;
  /** They are this user. Somebody else than before begins as a stranger, so that nobody inherits a history. */
  claim(userId: string, proof: Proof): unknown;
  /** The next one is a stranger. */
  forget(): unknown;
  /** The server does not believe this; another proof of the same user stands. */
  disown(claim: Claim): void;
}

const KEY = 'who';
/** The same with the proof, which may not go where the ids may: it stays out of cookies. */
const PROOF_KEY = 'proof';

/** @param makeId an id nobody can guess. */
export function openPeople(store: Store, makeId: () => string): People {
  const write = (person: Person): Person => {
    const { anonymousId, userId } = person;
    store.set(PROOF_KEY, encode(person) || '');
    store.set(KEY, encode({ anonymousId, userId }) || '');
    return person;
  };
  const stranger = () => write({ anonymousId: makeId() });
  const now = () => {
    const who = parsed<Person>(store.get(KEY));
    // Somebody else wrote it.
    if (!who || !textOf(who.anonymousId)) return stranger();
    const proven = parsed<Person>(store.get(PROOF_KEY));
    return proven?.userId === who.userId ? { ...proven, ...who } : who;
  };
  return {
    now,
    claim: (userId, proof) => write({ anonymousId: now().anonymousId, userId, ...proof }),
    forget: stranger,
    disown({ userId, userHash, token }) {
      const person = now();
      if (person.userId === userId && person.userHash === userHash && person.token === token)
        write({ anonymousId: person.anonymousId });
    },
  };
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

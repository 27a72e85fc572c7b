/**
 * Ids on the wire: a prefix that says what it names, and a sortable 26-character suffix (TypeID over UUIDv7).
 * The database keeps the bare UUID; `toWire` and `fromWire` are the only way between the two.
 */
import { fromString, TypeID, toUUID } from 'typeid-js';
import { uuidv7 } from 'uuidv7';

declare const brand: unique symbol;

/** A string that only parsing or making can produce. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Every kind of id and its prefix (docs/product contract, "Identity"). */
export const ID_PREFIX = {
  visitor: 'vis',
  session: 'ses',
  event: 'evt',
  pageView: 'pgv',
  segment: 'seg',
  company: 'com',
  conversation: 'cnv',
  message: 'msg',
  note: 'not',
  merge: 'mrg',
  suggestion: 'sug',
  erasure: 'era',
  key: 'key',
  issue: 'iss',
  job: 'job',
  workspace: 'wsp',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** A wire id of one kind, e.g. `WireId<'visitor'>` is `vis_…`. */
export type WireId<Kind extends IdKind> = Branded<Kind>;

/** Wire ids that signatures name often. */
export type VisitorId = WireId<'visitor'>;
export type KeyId = WireId<'key'>;

/** A record's, profile's or row's id as the database keeps it. */
export type Uuid = string;

/** Makes ids; handed in like the clock, so that a test can foresee them. */
export interface IdMaker {
  /** A UUIDv7: sortable by the moment it was made. */
  uuid(): Uuid;
}

/** UUIDv7 from the machine's clock and randomness; strictly increasing within a process. */
export const systemIds: IdMaker = { uuid: uuidv7 };

/** `('visitor', '0192…')` → `vis_…`. */
export function toWire<Kind extends IdKind>(kind: Kind, uuid: Uuid): WireId<Kind> {
  return TypeID.fromUUID(ID_PREFIX[kind], uuid).toString() as string as WireId<Kind>;
}

/** `('visitor', 'vis_…')` → the UUID, or null when the text is not an id of that kind. */
export function fromWire(kind: IdKind, text: string): Uuid | null {
  try {
    return toUUID(fromString(text, ID_PREFIX[kind]));
  } catch {
    return null;
  }
}

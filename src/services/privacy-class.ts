/** The words the privacy map is written in: what a column holds, how a row is reached, what becomes of it. */

/** What a column may hold, and what anonymizing does to it where the row stays. */
export const COLUMN_CLASSES = {
  /** Our own ids: of the row, and of rows it points to. */
  key: 'stays',
  /** One of our own words, or a flag. */
  state: 'stays',
  time: 'stays',
  count: 'stays',
  /** Who of the customer's people did it. */
  author: 'stays',
  /** A keyed hash, which says nothing without the workspace's key. */
  hash: 'stays',
  /** What a key, cookie, link or proof is checked with. */
  credential: 'stays',
  /** A word of the workspace's: names of events, attributes and tags, companies. Whole identifiers go from it. */
  vocabulary: 'cleaned',
  /** Written by somebody about anything: what the person is called goes from it. */
  text: 'cleaned',
  /** A value of the person of which something harmless stays: the path of an address, the family of a browser. */
  reduced: 'reduced',
  /** A value of the person. */
  value: 'goes',
  /** What the customer or a browser calls the person or their visit. */
  identifier: 'goes',
} as const;

/** One of the kinds of things a column holds. */
export type ColumnClass = keyof typeof COLUMN_CLASSES;

/**
 * How a row is reached from a person's records: it is one (`record`), is the survivor's (`profile`), names one
 * (`record_id`), belongs to a conversation that does, or is a merge or suggestion with one at an end. `workspace`: rows
 * that are not told apart by person, so all of them count. `hash`: it knows the person by a keyed hash alone.
 */
export type Reach = 'record' | 'profile' | 'record_id' | 'conversation_id' | 'ends' | 'workspace' | 'hash' | 'nobody';

/**
 * What deletion does to the rows: `chunks` of history go after everybody stopped finding the person, `last` is the
 * record itself, the rest goes `at_once`; a `tombstone` stays without values as a reason why something cannot be done.
 */
export type Deletion = 'at_once' | 'chunks' | 'last' | 'tombstone' | 'stays';

/** What anonymizing does: the rows go, their columns are treated by their class, or nothing. */
export type Anonymizing = 'rows' | 'columns' | 'nothing';

/** One table. Every column is named under what it holds, one space between two. */
export interface TablePrivacy {
  readonly reach: Reach;
  readonly deletion: Deletion;
  readonly anonymizing: Anonymizing;
  readonly columns: { readonly [Class in ColumnClass]?: string };
}

/** Every word an ingestion item may be judged with, and what it means. The same words everywhere a sender meets them. */

/** Why an item is rejected or suppressed. */
export const ITEM_CODES = {
  bad_timestamp: 'A time is not RFC 3339, before 2000, or more than a day ahead',
  bad_url: 'A URL is not http(s); a page may also be a path that starts with /',
  bot: 'Sent by a known bot (suppressed)',
  erased: 'About somebody who was deleted or anonymized since (suppressed)',
  forbidden: 'The key may not do this to the visitor named',
  id_too_long: 'An id is over its limit',
  identity_unproven: 'The userId came with a publishable key and without a valid proof',
  illegal_id: 'An id is a placeholder such as "null" or "undefined"',
  internal: 'Our fault: the item could not be stored',
  item_too_large: 'The item is over its limit in bytes',
  key_too_long: 'A key of traits or properties is over its limit',
  missing_field: 'A field that is required is missing or empty',
  name_too_long: 'A name is over its limit',
  no_one: 'No userId, anonymousId or visitorId says who it is about',
  number_out_of_range: 'A number is too large',
  too_old: 'Older than the workspace keeps this kind of data (suppressed)',
  too_deep: 'Nested deeper than allowed',
  too_many_attributes: 'More keys than allowed',
  unknown_action: 'The action of a session item is unknown',
  unknown_field: 'A field that cannot be edited',
  unknown_type: 'The type of the item is unknown',
  unknown_visitor: 'No visitor has this id',
  value_too_long: 'A text is over its limit',
  wrong_type: 'A value has the wrong JSON type',
} as const;

/** What an item is refused with; the words are for programs and never change their meaning. */
export type ItemCode = keyof typeof ITEM_CODES;

/** What is mended or left out while the item is accepted. */
export const WARNING_CODES = {
  context_ignored: 'A value of context is unusable and was left out',
  id_coerced: 'A number was taken as the text of an id',
  identity_unproven: 'The userId came without a valid proof, so it is stored as not verified',
  key_cleaned: 'NUL or lone surrogates were removed from a key',
  key_dropped: 'An empty key, or one that reaches into prototypes, was left out',
  text_cleaned: 'NUL or lone surrogates were removed from a text',
} as const;

/** What an accepted item may be warned about. */
export type WarningCode = keyof typeof WARNING_CODES;

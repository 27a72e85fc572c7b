/** Ids that name nobody: what a program writes when it has no id. Linking by one would make strangers one person. */

/** What empty values and placeholders look like as text, in lower case and without quotes. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'null',
  'undefined',
  'anonymous',
  'guest',
  '-1',
  'nan',
  'none',
  'nil',
  '[object object]',
  'true',
  'false',
]);

/** White space (zero-width kinds included), quotes and the backslashes that escape them, around an id. */
const WRAPPING = /^[\s\u200b-\u200d\u2060"'`\\]+|[\s\u200b-\u200d\u2060"'`\\]+$/g;
/** Zeros and dashes alone, as in an all-zero UUID; also nothing at all. */
const ONLY_ZEROS = /^[0\-\s]*$/;

/** Whether an id is a placeholder: in any case, quoted, padded, or made of zeros and dashes alone. */
export function isIllegalId(id: string): boolean {
  const bare = id.replace(WRAPPING, '');
  return ONLY_ZEROS.test(bare) || PLACEHOLDERS.has(bare.toLowerCase());
}

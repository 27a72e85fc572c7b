/** Tags as they are kept: one spelling for each. */

const GAPS = /[\s\p{Cc}]+/gu;
const SOMETHING_TO_SEE = /[^\p{C}\p{Z}\p{M}]/u;

/**
 * `'  VIP\tCustomer '` → `'vip customer'`: lower case, composed characters (NFC), single spaces, so that nobody has a
 * tag in two spellings. Accents stay. The spelling of a spelling is itself.
 */
export function normaliseTag(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC').replace(GAPS, ' ').trim();
}

/** Whether a reader sees anything of it. */
export function isVisibleTag(tag: string): boolean {
  return SOMETHING_TO_SEE.test(tag);
}

/** Whether a path can name it: browsers and servers take these for a way up, however they are encoded. */
export function isNameableTag(tag: string): boolean {
  return tag !== '.' && tag !== '..';
}

/**
 * One way to compare text whatever its case and accents, on every database alike: folded here, kept in columns,
 * searched as it is.
 */

const COMBINING_MARKS = /\p{M}+/gu;
const NOT_A_WORD = /[^\p{L}\p{N}]+/gu;
/** Sorts behind every text by code point: where a missing value belongs. */
const LAST = '\u{10FFFF}';
/** A high surrogate whose other half was cut off. */
const HALF_A_PAIR = /[\uD800-\uDBFF]$/;
/** Enough to order by; an index entry must stay small. */
const SORT_LENGTH = 64;
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', ı: 'i', ħ: 'h' };

/** Compatibility forms can make text many times longer; an index entry must not grow with them. */
const FOLDED_LENGTH = 512;

/** `'  Žofia ØSTERGAARD'` → `'zofia ostergaard'`: compatibility forms, lower case, no marks, single spaces. */
export function foldText(text: string): string {
  const folded = text
    .normalize('NFKD')
    .replace(COMBINING_MARKS, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(COMBINING_MARKS, '')
    .replace(/[ßæœøđłıħ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim();
  return cut(folded, FOLDED_LENGTH);
}

/** Folded words, each behind one space, so that `' jo'` finds the word that begins with `jo`. */
export function foldWords(...texts: readonly (string | null)[]): string {
  const words = texts.flatMap((text) => (text === null ? [] : foldText(text).split(NOT_A_WORD)));
  return words
    .filter((word) => word !== '')
    .map((word) => ` ${word}`)
    .join('');
}

/** What a folded text is ordered by; a missing one comes last. */
export function sortKey(folded: string | null): string {
  if (folded === null || folded === '') return LAST;
  return cut(folded, SORT_LENGTH);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(HALF_A_PAIR, '');
}

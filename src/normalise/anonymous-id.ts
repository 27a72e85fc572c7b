/**
 * Whether an anonymousId can be a secret between a browser and us. Nobody can tell whether a text is random; what could
 * not be, or obviously is not, is found here. Pure.
 */

/** Forms with room for 128 random bits; names and times are not random, so of the UUIDs only versions 4 and 7. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]{32,}$/i;
const BASE64URL = /^[A-Za-z0-9_-]{22,}$/;
const HYPHENATED_HEX = /^[0-9a-f-]+$/i;

/** Random ids fall below these about once in ten million: 32 of 16 digits, 22 of 64 characters. */
const MIN_DISTINCT_DIGITS = 8;
const MIN_DISTINCT_CHARACTERS = 10;
/** The longest stretch of characters at one distance (`aaaa`, `1234`, `dcba`) that chance may bring. */
const MAX_RUN = 7;

/** True when `id` is of a form that holds 128 random bits, and neither repeats, counts nor spells. */
export function couldBeRandom(id: string): boolean {
  if (UUID.test(id)) return isVaried(id.replaceAll('-', '').toLowerCase(), MIN_DISTINCT_DIGITS);
  // A UUID of another version, or digits in groups, would be taken for base64url.
  if (HYPHENATED_HEX.test(id) && !HEX.test(id)) return false;
  if (HEX.test(id)) return isVaried(id.toLowerCase(), MIN_DISTINCT_DIGITS);
  return BASE64URL.test(id) && !isSpelled(id) && isVaried(id, MIN_DISTINCT_CHARACTERS);
}

function isVaried(text: string, minDistinct: number): boolean {
  return new Set(text).size >= minDistinct && longestRun(text) <= MAX_RUN && !isRepetition(text);
}

/** Letters of one case and no digit: words, however many. */
function isSpelled(text: string): boolean {
  return /^([a-z_-]+|[A-Z_-]+)$/.test(text);
}

/** Characters in a row whose code points keep one distance of -1, 0 or 1. */
function longestRun(text: string): number {
  let [longest, run, last] = [1, 1, Number.NaN];
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    if (Math.abs(step) > 1) run = 1;
    else run = step === last ? run + 1 : 2;
    last = step;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** `abcabc…`: found inside itself doubled, before its end. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}

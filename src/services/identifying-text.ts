/**
 * Takes what identifies a person out of text: names, emails, phones and ids become `[removed]`, however they are
 * written. Knows values and texts, no database. See docs/privacy.md, "Anonymize".
 */
import { type FoldedText, foldedText } from './folded-text.ts';
import { PatternSearch } from './pattern-search.ts';

/** What stands in place of what was taken out. */
export const REMOVED = '[removed]';

/** Everything a person was ever called, whatever its form. */
export interface IdentifyingValues {
  readonly names: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** userIds and anonymousIds. */
  readonly ids: readonly string[];
}

/** Each answers the text it was given when there is nothing to take out; doing it twice changes nothing more. */
export interface Scrubber {
  /** Text people wrote: everything is taken out, parts of names too. */
  readonly text: (raw: string) => string;
  /** A word of the workspace's (tag, event name): only whole names, emails, phones and ids are. */
  readonly word: (raw: string) => string;
  /** A URL or path: user and password, query string and fragment go; what is left is text. */
  readonly path: (raw: string) => string;
}

/** Shorter ids are too common in text: only where they are all of it, or a whole segment of a path. */
const MIN_ID_LENGTH = 3;
const MIN_NAME_LENGTH = 2;
const MIN_PART_LETTERS = 3;
const MIN_PHONE_DIGITS = 7;
/** Characters between two digits of one number. */
const MAX_PHONE_GAP = 3;

const NOT_LETTERS = /[^\p{L}\p{M}]+/u;
const WORD = /[\p{L}\p{N}]/u;
/** Scripts that put no spaces between words: everywhere may be a boundary. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const DIGITS = /[0-9]+/g;
/** At most `MAX_PHONE_GAP` separators. */
const PHONE_GAP = /^[ ./()\p{Pd}]{0,3}$/u;
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:)?\/\/[^/?#@]*@/i;
const ASIDE = /[?#].*$/s;

type Span = readonly [start: number, end: number];

/** Building costs in proportion to the values' length, scrubbing to the text's. */
export function scrubber(values: IdentifyingValues): Scrubber {
  const whole = [
    ...values.names.flatMap(wholeNames),
    ...values.emails.map(fold),
    ...values.ids.map(fold).filter((id) => id.length >= MIN_ID_LENGTH),
  ];
  const short = new Set(values.ids.map(fold).filter((id) => id !== '' && id.length < MIN_ID_LENGTH));
  const words = new PatternSearch(whole);
  const everything = new PatternSearch([...whole, ...values.names.flatMap(nameParts)]);
  const phones = new PatternSearch(values.phones.flatMap(phoneDigits));
  const scrub = (raw: string, patterns: PatternSearch): string => {
    const folded = foldedText(raw);
    return short.has(folded.text.trim()) ? REMOVED : withoutMatches(raw, folded, patterns, phones);
  };
  return {
    text: (raw) => scrub(raw, everything),
    word: (raw) => scrub(raw, words),
    path: (raw) => {
      const bare = raw
        .replace(ASIDE, '')
        .replace(CREDENTIALS, (_all, scheme: string | undefined) => `${scheme ?? ''}//`);
      const scrubbed = scrub(bare, everything);
      if (short.size === 0) return scrubbed;
      const segments = scrubbed.split('/');
      return segments.map((segment) => (short.has(fold(segment)) ? REMOVED : segment)).join('/');
    },
  };
}

function fold(value: string): string {
  return foldedText(value).text.trim();
}

/** As it is written, and without its spaces. */
function wholeNames(name: string): string[] {
  const folded = fold(name);
  return folded.length < MIN_NAME_LENGTH ? [] : [folded, folded.replaceAll(' ', '')];
}

function nameParts(name: string): string[] {
  const parts = name
    .normalize('NFC')
    .split(NOT_LETTERS)
    .filter((part) => [...part].length >= MIN_PART_LETTERS);
  return parts.map(fold);
}

/** The number as it is, and behind the `00` that may stand for its `+`. */
function phoneDigits(phone: string): string[] {
  const digits = foldedText(phone)
    .text.replace(/[^0-9]/g, '')
    .replace(/^00/, '');
  return digits.length < MIN_PHONE_DIGITS ? [] : [digits, `00${digits}`];
}

function withoutMatches(
  raw: string,
  { text, starts, ends }: FoldedText,
  patterns: PatternSearch,
  phones: PatternSearch,
): string {
  const spans: Span[] = [];
  const add = (start: number, end: number): void => {
    if (isBoundary(text, start) && isBoundary(text, end)) {
      spans.push([starts[start] as number, ends[end - 1] as number]);
    }
  };
  patterns.each(text, add);
  if (!phones.isEmpty) {
    const { digits, places } = numbersIn(text);
    phones.each(digits, (start, end) => add(places[start] as number, (places[end - 1] as number) + 1));
  }
  return spans.length === 0 ? raw : replaced(raw, spans);
}

/** False between two letters or digits of one word. */
function isBoundary(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  return !(isInWord(characterBefore(text, at)) && isInWord(String.fromCodePoint(text.codePointAt(at) ?? 0)));
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  const halfAPair = unit >= 0xdc00 && unit <= 0xdfff && at > 1;
  return halfAPair ? text.slice(at - 2, at) : text.charAt(at - 1);
}

function isInWord(char: string): boolean {
  return WORD.test(char) && !UNSPACED.test(char);
}

/** All digits in a row, with a gap where one number ends, and where in the text each stands. */
function numbersIn(text: string): { readonly digits: string; readonly places: readonly number[] } {
  let digits = '';
  const places: number[] = [];
  let end = 0;
  for (const { 0: run, index } of text.matchAll(DIGITS)) {
    if (!PHONE_GAP.test(text.slice(end, Math.min(index, end + MAX_PHONE_GAP + 1)))) {
      digits += ' ';
      places.push(index);
    }
    end = index + run.length;
    digits += run;
    for (let at = index; at < end; at++) places.push(at);
  }
  return { digits, places };
}

/** What overlaps goes as one. What was removed before is not removed again, whatever the person is called. */
function replaced(raw: string, spans: readonly Span[]): string {
  const sorted = [...spans].sort((left, right) => left[0] - right[0] || right[1] - left[1]);
  const isRemovedAlready = removedBefore(raw);
  let out = '';
  let done = 0;
  for (let i = 0; i < sorted.length; ) {
    const [start, firstEnd] = sorted[i] as Span;
    let end = firstEnd;
    for (i++; i < sorted.length && (sorted[i] as Span)[0] < end; i++) end = Math.max(end, (sorted[i] as Span)[1]);
    if (isRemovedAlready(start, end)) continue;
    out += `${raw.slice(done, start)}${REMOVED}`;
    done = end;
  }
  return out + raw.slice(done);
}

/** Tells of spans, asked in their order, whether they lie in what stands for what was removed. Reads the text once. */
function removedBefore(raw: string): (start: number, end: number) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  let next = raw.indexOf(REMOVED);
  return (start, end) => {
    for (; next >= 0 && next <= start; next = raw.indexOf(REMOVED, next + 1)) last = next;
    return end <= last + REMOVED.length;
  };
}

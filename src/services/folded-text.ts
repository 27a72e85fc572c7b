/**
 * Text as it is compared when identifying words are looked for: percent-encoding undone, case, accents and normal form
 * evened out, and for each character where it stood in the original. Knows nothing of what is looked for.
 */

/** `text` is folded; its code unit at `i` came from the original's code units `starts[i]` up to `ends[i]`. */
export interface FoldedText {
  readonly text: string;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** How often text may have been percent-encoded and is still read. */
const MAX_LAYERS = 3;

/** Neither seen nor spoken: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /^\p{Cf}$/u;
const MARK = /^\p{M}$/u;
const MARKS = /\p{M}+/gu;
const SPACES = /[\s+]/u;
const SPACE_RUN = /[\t-\r +]+/g;
const ASCII = /^[\0-\x7f]*$/;
const ENCODED = /%[0-9a-f]{2}/i;
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ς: 'σ',
};
/** The zeros of scripts with digits of their own that phones are written with. */
const ZEROS = [0x660, 0x6f0, 0x966];
const [TAB, RETURN, SPACE, PLUS] = [0x09, 0x0d, 0x20, 0x2b];
/** What a mark becomes: no text, more room for the character before it. */
const EXTENDS = '';
const HEX = /^[0-9a-f]{2}$/i;

interface Points {
  readonly chars: string[];
  readonly starts: number[];
  readonly ends: number[];
}

/** A run of white space, or of `+` (white space in a query string), becomes one space. Linear in the text's length. */
export function foldedText(raw: string): FoldedText {
  return ASCII.test(raw) && !ENCODED.test(raw) ? foldedPlain(raw) : foldedAny(raw);
}

/** Nothing is to be decoded, and nothing but case and white space to be evened out. */
function foldedPlain(raw: string): FoldedText {
  const text = raw.toLowerCase().replace(SPACE_RUN, ' ');
  const [starts, ends] = [new Uint32Array(text.length), new Uint32Array(text.length)];
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    starts[i] = at++;
    if (text.charCodeAt(i) === SPACE) while (isPlainSpace(raw.charCodeAt(at))) at++;
    ends[i] = at;
  }
  return { text, starts, ends };
}

function isPlainSpace(unit: number): boolean {
  return unit === SPACE || unit === PLUS || (unit >= TAB && unit <= RETURN);
}

function foldedAny(raw: string): FoldedText {
  const known = new Map<string, readonly string[]>();
  const folded: Points = { chars: [], starts: [], ends: [] };
  const fold = (char: string, start: number, end: number): void => {
    let units = known.get(char);
    if (!units) {
      units = foldCharacter(char);
      known.set(char, units);
    }
    for (const unit of units) {
      // A mark belongs to its letter, and goes with it; so does a space behind a space.
      if (unit !== EXTENDS && (unit !== ' ' || folded.chars.at(-1) !== ' ')) append(folded, unit, start, end);
      else if (folded.ends.length > 0) folded.ends[folded.ends.length - 1] = end;
    }
  };
  eachCharacter(raw, fold);
  return { text: folded.chars.join(''), starts: folded.starts, ends: folded.ends };
}

/** The code units a character becomes; none when it is invisible. */
function foldCharacter(char: string): readonly string[] {
  if (char > '\x7f' && INVISIBLE.test(char)) return [];
  if (char > '\x7f' && MARK.test(char)) return [EXTENDS];
  return evened(char)
    .split('')
    .map((unit) => (SPACES.test(unit) ? ' ' : unit));
}

function evened(char: string): string {
  if (char <= '\x7f') return char.toLowerCase();
  const code = char.codePointAt(0) as number;
  const zero = ZEROS.find((each) => code >= each && code < each + 10);
  if (zero !== undefined) return String(code - zero);
  const lower = char.normalize('NFKD').replace(MARKS, '').toLowerCase().normalize('NFKD').replace(MARKS, '');
  return LETTERS[lower] ?? lower;
}

/** Characters behind all layers of encoding, and where in the text each was written. */
function eachCharacter(raw: string, tell: (char: string, start: number, end: number) => void): void {
  let at = 0;
  if (!ENCODED.test(raw)) {
    for (const char of raw) {
      tell(char, at, at + char.length);
      at += char.length;
    }
    return;
  }
  const { chars, starts, ends } = decoded(raw);
  for (let i = 0; i < chars.length; i++) tell(chars[i] as string, starts[i] as number, ends[i] as number);
}

function decoded(raw: string): Points {
  let points: Points = { chars: [], starts: [], ends: [] };
  let at = 0;
  for (const char of raw) {
    append(points, char, at, at + char.length);
    at += char.length;
  }
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = decodeOnce(points);
    if (next.chars.length === points.chars.length) break;
    points = next;
  }
  return points;
}

/** Undoes one layer; bytes that are no UTF-8 stay as they are written. */
function decodeOnce(points: Points): Points {
  const out: Points = { chars: [], starts: [], ends: [] };
  for (let i = 0; i < points.chars.length; ) {
    const width = widthOf(byteAt(points, i));
    const char = width > 0 ? characterAt(points, i, width) : null;
    const taken = char === null ? 1 : width * 3;
    append(out, char ?? (points.chars[i] as string), points.starts[i] as number, points.ends[i + taken - 1] as number);
    i += taken;
  }
  return out;
}

function byteAt({ chars }: Points, at: number): number | null {
  if (chars[at] !== '%') return null;
  const digits = `${chars[at + 1] ?? ''}${chars[at + 2] ?? ''}`;
  return HEX.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** Bytes in the UTF-8 character that begins with this one; 0 when none does. */
function widthOf(byte: number | null): number {
  if (byte === null || (byte >= 0x80 && byte < 0xc2) || byte > 0xf4) return 0;
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function characterAt(points: Points, at: number, width: number): string | null {
  const bytes: number[] = [];
  for (let i = 0; i < width; i++) {
    const byte = byteAt(points, at + i * 3);
    if (byte === null) return null;
    bytes.push(byte);
  }
  const char = Buffer.from(bytes).toString('utf8');
  return char.includes('\ufffd') ? null : char;
}

function append(points: Points, char: string, start: number, end: number): void {
  points.chars.push(char);
  points.starts.push(start);
  points.ends.push(end);
}

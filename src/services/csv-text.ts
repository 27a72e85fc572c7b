/**
 * Tables as CSV (RFC 4180) that a spreadsheet opens without carrying anything out. No cell begins with a character that
 * begins a formula: such text, and text that begins with an apostrophe, gets an apostrophe in front. So a cell is read
 * back by taking one leading apostrophe away, and nothing is lost. Null is an empty cell, empty text is `""`.
 */
import { stringify } from 'csv-stringify/sync';

/** Tells spreadsheets that the text behind it is UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What a cell is made of. Numbers are our own counts, so none is negative. */
export type Cell = string | number | boolean | null;

/** What begins a formula in some spreadsheet (full-width forms, tab and line breaks too), and what we put in front. */
const UNSAFE = /^[=+\-@\t\r\n＝＋－＠']/;

/** Lines of a table. Every text is quoted, so that no separator in it is one for anybody. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((cells) => cells.map(safe)),
    { quoted_string: true, record_delimiter: 'windows', cast: { boolean: String } },
  );
}

function safe(cell: Cell): Cell {
  return typeof cell === 'string' && UNSAFE.test(cell) ? `'${cell}` : cell;
}

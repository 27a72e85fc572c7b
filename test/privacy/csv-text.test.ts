/** Cells survive being written and read, and none of them is a formula to anybody. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, csvLines } from '../../src/services/csv-text.ts';
import { rawCells, readBack } from './zip.ts';

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** Text made mostly of what has a meaning in CSV or in a spreadsheet. */
const nasty = fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n＝＋－＠\'",;a 1é'.split(''), '\u{1F600}', '\uFEFF') });
const cell: fc.Arbitrary<Cell> = fc.oneof(
  nasty,
  fc.string({ unit: 'grapheme' }),
  fc.nat(),
  fc.boolean(),
  fc.constant(null),
);
const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 });

describe('a table', () => {
  it('is read back as it was written, whatever stands in it', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const read = rawCells(csvLines([['first', 'line', 'of it'], ...rows])).slice(1);
        const written = rows.map((cells) => cells.map((each) => (each === null ? null : String(each))));
        expect(read.map((cells) => cells.map(readBack))).toEqual(written);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no cell that begins as a formula does', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const cells = rawCells(csvLines(rows)).flat();
        expect(cells.filter((each) => each !== null && FORMULA.test(each))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    "'=1",
    "'s-Hertogenbosch",
  ])('marks %j', (text) => {
    expect(rawCells(csvLines([[text]]))).toEqual([[`'${text}`]]);
  });

  it.each(['1=1', ' =1', '{"a":"=1"}', 'a-1'])('leaves %j as it is', (text) => {
    expect(rawCells(csvLines([[text]]))).toEqual([[text]]);
  });

  it('ends its lines and quotes as RFC 4180 has it, and tells nothing from empty text', () => {
    expect(
      csvLines([
        ['a"b', '', null, 3, true],
        ['c,d', 'e\nf', null, 0, false],
      ]),
    ).toBe('"a""b","",,3,true\r\n"c,d","e\nf",,0,false\r\n');
  });
});

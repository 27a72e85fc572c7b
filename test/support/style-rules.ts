/** Rules of style a compiler cannot hold: each takes a file and answers what is wrong, as `path:line reason`. */
import { type SourceFile, withoutComments } from './source-files.ts';

/** A rule by the sentence it enforces. */
export type StyleRule = (file: SourceFile) => string[];

/** Longest a file may be, in lines. */
export const MAX_LINES = 300;

/** No file is longer than fits a reader's head. */
export const shortEnough: StyleRule = ({ path, text }) => {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`${path} has ${lines} lines, more than ${MAX_LINES}`] : [];
};

/** A file says in its first line what it is for. */
export const introduced: StyleRule = ({ path, text }) =>
  /^(#!.*\n)?\/\*\*/.test(text) ? [] : [`${path}:1 does not begin with a docstring`];

/** The type that switches types off. */
export const withoutAny: StyleRule = (file) => linesWith(blank(file), /(:|<|\bas|\||,|=>)\s*any\b(?!\s*[:(])/, 'any');

/** Named exports are found by their name. */
export const withoutDefaultExport: StyleRule = (file) =>
  linesWith(blank(file), /^export default\b|\bas default\b/, 'default export');

/** Unfinished work belongs into the list of issues. */
export const finished: StyleRule = (file) => linesWith(file, /\b(TODO|FIXME|XXX|HACK)\b/, 'unfinished mark');

/** A path of the machine it was written on. */
export const portable: StyleRule = (file) =>
  linesWith(file, /(?<![\w.:/])\/(home|root|Users|work|opt)\/\w|[A-Z]:\\\\?Users/, 'path of one machine');

/**
 * What others may use says what it is, in a docstring right above it. One docstring may stand over a group of one-line
 * exports, and a type taken from a value (`typeof value`) is described by that value.
 */
export const documented: StyleRule = ({ path, text }) => {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const name = EXPORT.exec(line)?.[1];
    if (!name || isDerivedType(line) || isDescribed(lines, i)) return [];
    return [`${path}:${i + 1} exports ${name} without a docstring`];
  });
};

const EXPORT = /^export (?:async |abstract |declare )*(?:function\*?|class|const|let|interface|type) (\w+)/;

function isDerivedType(line: string): boolean {
  return /^export type .*\btypeof \w/.test(line);
}

function isDescribed(lines: readonly string[], i: number): boolean {
  const above = lines[i - 1]?.trimEnd() ?? '';
  if (above.endsWith('*/')) return true;
  return EXPORT.test(above) && above.endsWith(';') && isDescribed(lines, i - 1);
}

/** Code alone, its strings empty. */
function blank({ path, text }: SourceFile): SourceFile {
  return { path, text: withoutComments(text).replaceAll(/"[^"\n]*"|'[^'\n]*'/g, "''") };
}

function linesWith({ path, text }: SourceFile, pattern: RegExp, reason: string): string[] {
  return text
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${reason}: ${line.trim()}`] : []));
}

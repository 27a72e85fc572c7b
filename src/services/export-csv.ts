/** An export as a zip of tables, written while it is read, and at its end a manifest to check them against. */
import { createHash } from 'node:crypto';
import type { PassThrough } from 'node:stream';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { BYTE_ORDER_MARK, csvLines } from './csv-text.ts';
import { cellOf, EXPORT_TABLES, type ExportTable } from './export-kinds.ts';
import { type Person, requirePresent } from './export-person.ts';

/** Changes whenever a table or column is called otherwise or goes. */
const MANIFEST_VERSION = 1;

/** A file of the zip as its manifest names it. */
interface WrittenFile {
  readonly file: string;
  readonly kind: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Pieces of the zip. @throws {PersonGone} in the middle: a zip without its end is none. */
export async function* exportAsCsv(person: Person): AsyncGenerator<Uint8Array> {
  const written: WrittenFile[] = [];
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  let source: Readable | undefined;
  const add = (name: string, pieces: () => AsyncIterable<Buffer>) =>
    // Opened when its turn comes, so that one table is read at a time.
    zip.addReadStreamLazy(name, { mtime: person.now }, (open) => {
      source = Readable.from(pieces(), { objectMode: false });
      source.on('error', (thrown) => output.destroy(thrown));
      open(null, source);
    });
  for (const table of EXPORT_TABLES) add(`${table.name}.csv`, () => tableFile(person, table, written));
  add('manifest.json', () => manifestFile(person, written));
  zip.end();
  try {
    yield* output;
  } finally {
    source?.destroy();
    output.destroy();
  }
}

async function* tableFile(person: Person, table: ExportTable, written: WrittenFile[]): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let [rows, bytes] = [0, 0];
  for await (const text of tableText(person, table, (count) => (rows += count))) {
    const piece = Buffer.from(text);
    hash.update(piece);
    bytes += piece.length;
    yield piece;
  }
  written.push({ file: `${table.name}.csv`, kind: table.name, rows, bytes, sha256: hash.digest('hex') });
}

async function* tableText(
  person: Person,
  { columns, read }: ExportTable,
  count: (rows: number) => void,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLines([columns.map(({ path }) => path)]);
  for await (const things of read(person)) {
    await requirePresent(person);
    count(things.length);
    yield csvLines(things.map((thing) => columns.map((column) => cellOf(column, thing))));
  }
}

async function* manifestFile(person: Person, files: readonly WrittenFile[]): AsyncGenerator<Buffer> {
  await requirePresent(person);
  const { visitor, now } = person;
  const manifest = { version: MANIFEST_VERSION, visitorId: visitor.id, exportedAt: now.toISOString(), files };
  yield Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

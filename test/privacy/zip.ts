/** Reads an exported zip as a spreadsheet and a checker of manifests would, by other libraries than wrote it. */
import { parse } from 'csv-parse/sync';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

/** A cell that is read back: null when it is empty. */
export type ReadCell = string | null;

/** Files of a zip by their name. */
export function unzipped(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const files = new Map<string, Buffer>();
      zip.on('error', reject);
      zip.on('end', () => resolve(files));
      zip.on('entry', (entry: Entry) => {
        contentOf(zip, entry).then((content) => {
          files.set(entry.fileName, content);
          zip.readEntry();
        }, reject);
      });
      zip.readEntry();
    });
  });
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(pieces)));
    });
  });
}

/** Cells as they stand in the file. */
export function rawCells(csv: string | Buffer): ReadCell[][] {
  return parse(csv, {
    bom: true,
    record_delimiter: '\r\n',
    relax_column_count: false,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  }) as unknown as ReadCell[][];
}

/** A cell's value: the apostrophe in front of it taken away. */
export function readBack(cell: ReadCell): ReadCell {
  return cell?.startsWith("'") ? cell.slice(1) : cell;
}

/** Rows of a table by their columns' names. */
export function rowsOf(csv: string | Buffer): Record<string, ReadCell>[] {
  const [header = [], ...rows] = rawCells(csv);
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i] ?? '', readBack(cell)])));
}

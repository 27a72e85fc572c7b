/** Writes a database of one IPv4 network in MaxMind's published file format, so that no test needs somebody's data. */

const [POINTER_BYTES, MAP, TEXT, UINT16, UINT32] = [3, 7, 2, 5, 6];
const SEPARATOR = Buffer.alloc(16);
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

type Value = string | number | { readonly [key: string]: Value };

/** @param network its leading bits, e.g. `81.2.69` for 81.2.69.0/24. @param record what is known of its addresses. */
export function geoFile(network: string, record: Value): Buffer {
  const bits = network.split('.').flatMap((part) => [...Number(part).toString(2).padStart(8, '0')].map(Number));
  const nothing = bits.length;
  const data = bits.length + SEPARATOR.length;
  const nodes = bits.map((bit, i) => {
    const onward = i === bits.length - 1 ? data : i + 1;
    return bit === 0 ? [onward, nothing] : [nothing, onward];
  });
  const tree = Buffer.concat(nodes.flat().map(pointer));
  const metadata = { node_count: bits.length, record_size: 24, ip_version: 4, database_type: 'Test' };
  const version = { binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 0 };
  return Buffer.concat([tree, SEPARATOR, encode(record), MARKER, encode({ ...metadata, ...version })]);
}

function pointer(to: number): Buffer {
  const bytes = Buffer.alloc(POINTER_BYTES);
  bytes.writeUIntBE(to, 0, POINTER_BYTES);
  return bytes;
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(TEXT, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') return number(value);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(MAP, entries.length),
    ...entries.flatMap(([key, held]) => [encode(key), encode(held)]),
  ]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return value < 65_536
    ? Buffer.concat([control(UINT16, 2), bytes.subarray(2)])
    : Buffer.concat([control(UINT32, 4), bytes]);
}

/** Kind and size in one byte; enough for what tests write (sizes below 29). */
function control(kind: number, size: number): Buffer {
  return Buffer.from([(kind << 5) | size]);
}

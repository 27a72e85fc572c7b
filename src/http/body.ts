/** Bodies: bytes → JSON. Read by what they hold, never by the type they claim, and bounded before anything walks them. */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { AppError, type Fault, InvalidValue, NotJson, TooLarge } from '../errors.ts';
import { MAX_BODY_BYTES, MAX_BODY_DEPTH } from '../limits.ts';

/** The body is larger than it may be, before or after inflating. */
export class BodyTooLarge extends TooLarge {
  override readonly facts = { limit: MAX_BODY_BYTES };
  constructor() {
    super(`The body is larger than the ${MAX_BODY_BYTES} bytes allowed, counted after inflating.`);
  }
}

/** A Content-Encoding nobody here can undo. */
export class UnsupportedEncoding extends AppError {
  readonly code = 'unsupported_encoding';
  readonly status = 415;
}

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzipAsync: Inflate = promisify(gunzip);
const inflateAsync: Inflate = promisify(inflate);
const inflateRawAsync: Inflate = promisify(inflateRaw);
const unbrotli: Inflate = promisify(brotliDecompress);
const ZLIB_METHOD = 8;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The body's bytes without its encoding.
 *
 * @throws {BodyTooLarge} as soon as more comes out than may. @throws {NotJson} when it cannot be undone.
 * @throws {UnsupportedEncoding}
 */
export async function inflated(encoding: string, bytes: Buffer): Promise<Buffer> {
  const undo = inflater(encoding.trim().toLowerCase(), bytes);
  try {
    return await undo(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw new NotJson('The body is not what its Content-Encoding says.');
  }
}

/**
 * JSON from UTF-8 bytes. `__proto__` becomes an ordinary key here; who reads on drops it.
 *
 * @throws {NotJson}
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new NotJson('The body is not UTF-8.');
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    throw new NotJson('The body is not JSON.');
  }
}

/**
 * A body that is not ingestion, as it is: from here on it is safe to walk.
 *
 * @throws {InvalidValue} when it is nested too deep.
 */
export function shallowBody(body: unknown): unknown {
  const deep = tooDeep(body);
  if (deep)
    throw new InvalidValue('too_deep', `JSON may be nested ${MAX_BODY_DEPTH} levels deep.`, [deep], MAX_BODY_DEPTH);
  return body;
}

/** Without recursion: what it looks for would break recursion. */
function tooDeep(body: unknown): Fault | null {
  const open: { value: unknown; level: number }[] = [{ value: body, level: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.level > MAX_BODY_DEPTH) return { pointer: '', detail: `deeper than ${MAX_BODY_DEPTH} levels` };
    for (const value of Object.values(next.value)) open.push({ value, level: next.level + 1 });
  }
  return null;
}

function inflater(encoding: string, bytes: Buffer): Inflate {
  switch (encoding) {
    case 'identity':
      return async () => bytes;
    case 'gzip':
    case 'x-gzip':
      return gunzipAsync;
    case 'deflate':
      // Half the world sends the bare stream under this name; the first byte of the other half says its method.
      return ((bytes[0] ?? 0) & 0x0f) === ZLIB_METHOD ? inflateAsync : inflateRawAsync;
    case 'br':
      return unbrotli;
    default:
      throw new UnsupportedEncoding('Content-Encoding may be gzip, deflate or br.');
  }
}

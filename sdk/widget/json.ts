/** Turns what a page hands over into JSON text, whatever it is, without the page's own JSON. Knows nothing of items. */

/** Longest text of one value, in characters: the server takes items of so many bytes. */
export const MAX_VALUE_LENGTH = 32 * 1024;
/** Deeper than the server accepts, so that it is the one who says so; endless nesting ends here. */
const MAX_DEPTH = 32;

/** Thrown by `encode`: the value has more to say than an item may hold. */
export const TOO_LARGE = {};

/**
 * JSON text as `JSON.stringify` would write it, except that one bad member costs only itself: getters that throw,
 * cycles, functions, elements of the page, numbers that JSON has no word for are left out. Whole numbers without bounds
 * become text. Patched `JSON`, `Array.prototype.toJSON` and the like have no say.
 *
 * @returns undefined for what JSON cannot say at all.
 * @throws TOO_LARGE, and nothing else.
 */
export function encode(root: unknown): string | undefined {
  const open: object[] = [];
  let left = MAX_VALUE_LENGTH;

  const spend = (text: string): string => {
    left -= text.length;
    if (left < 0) throw TOO_LARGE;
    return text;
  };

  const write = (value: unknown): string | undefined => {
    if (typeof value === 'string') {
      if (value.length > left) throw TOO_LARGE;
      return spend(quote(value));
    }
    if (value === null || typeof value === 'boolean') return spend(String(value));
    if (typeof value === 'number') return Number.isFinite(value) ? spend(String(value)) : undefined;
    if (typeof value === 'bigint') return spend(quote(String(value)));
    if (typeof value !== 'object' || open.length > MAX_DEPTH || open.includes(value)) return undefined;
    open.push(value);
    const plain = plainly(value);
    const text = plain === value ? parts(value) : attempt(() => plain);
    open.pop();
    return text;
  };

  const parts = (value: object): string | undefined => {
    if (isOfThePage(value as Partial<Window & Node>)) return undefined;
    return Array.isArray(value) ? list(value) : members(value as Record<string, unknown>);
  };

  const list = (value: readonly unknown[]): string => {
    let text = '';
    for (let i = 0; i < value.length; i++) {
      text += (i > 0 ? spend(',') : '') + (attempt(() => value[i]) || spend('null'));
    }
    return `[${text}${spend(']')}`;
  };

  const members = (value: Readonly<Record<string, unknown>>): string => {
    let text = '';
    for (const key of Object.keys(value)) {
      const member = attempt(() => value[key]);
      if (member !== undefined) text += `${text && ','}${spend(`${quote(key)}:`)}${member}`;
    }
    return `{${text}${spend('}')}`;
  };

  /** What a value comes to, or nothing when reading it throws. */
  const attempt = (read: () => unknown): string | undefined => {
    const depth = open.length;
    try {
      return write(read());
    } catch (thrown) {
      if (thrown === TOO_LARGE) throw thrown;
      open.length = depth;
      return undefined;
    }
  };

  return attempt(() => root);
}

/** Text between quotes. Everything below the space is written as its code. */
function quote(text: string): string {
  return `"${text.replace(/["\\]|[^ -\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

/** Dates, and objects that say themselves what they are in JSON. */
function plainly(value: object): unknown {
  if (value instanceof Date) return value.toISOString();
  const { toJSON } = value as { toJSON?: unknown };
  const isOwn = toJSON !== (Object.prototype as { toJSON?: unknown }).toJSON;
  return typeof toJSON === 'function' && isOwn && !Array.isArray(value) ? toJSON.call(value) : value;
}

function isOfThePage(value: Partial<Window & Node>): unknown {
  return value.window === value || (value.nodeType && value.nodeName);
}

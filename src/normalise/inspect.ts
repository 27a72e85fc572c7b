/**
 * The first look at an item, before anything recursive may touch it: one walk without recursion that finds its depth,
 * its size, values and keys over their limits, and whether it needs cleaning. Limits are judged as sent; cleaning only
 * shortens.
 */
import { MAX_ATTRIBUTES, MAX_BODY_DEPTH, MAX_ITEM_BYTES, MAX_ITEM_DEPTH, MAX_LENGTH } from '../limits.ts';
import { isDirtyText, isPrototypeKey } from './clean.ts';
import { type Fields, Refusal, tooLong, tooManyAttributes, under, wrongType } from './refusal.ts';

/** The part of an item that holds the sender's own keys. */
export interface Bag {
  readonly key: 'traits' | 'properties' | 'attributes';
  /** Keys of it that are not counted as attributes. */
  readonly known: ReadonlySet<string>;
}

/** What the walk found. */
export interface Inspection {
  /** Size as JSON in UTF-8, without white space. */
  readonly bytes: number;
  /** Something in it has to be cleaned. */
  readonly dirty: boolean;
}

/**
 * @param item level 1; its bag may nest `MAX_ITEM_DEPTH` levels, everything else `MAX_BODY_DEPTH`.
 * @throws {Refusal} too_deep, too_many_attributes, key_too_long, value_too_long, number_out_of_range, wrong_type,
 *   item_too_large: whichever is met first.
 */
export function inspect(item: Fields, bag: Bag | undefined): Inspection {
  const walk = new Walk(item, bag);
  walk.run();
  return walk;
}

/** Text that JSON writes as it is, one byte a character; it cannot be dirty either. */
const PLAIN = /^[ -!#-[\]-~]*$/;

class Walk implements Inspection {
  bytes = 0;
  dirty = false;
  // Objects and lists in the order of finding. Parallel lists, because most items have two or three.
  private readonly nodes: object[];
  private readonly parents = [-1];
  private readonly keys: (string | number)[] = [''];
  private readonly levels = [1];
  private readonly inBag = [false];

  constructor(
    item: Fields,
    private readonly bag: Bag | undefined,
  ) {
    this.nodes = [item];
  }

  run(): void {
    for (let at = 0; at < this.nodes.length; at++) {
      const node = this.nodes[at] as object;
      this.add(2);
      if (Array.isArray(node)) this.list(node, at);
      else this.object(node as Fields, at);
    }
  }

  private list(node: readonly unknown[], at: number): void {
    for (let i = 0; i < node.length; i++) {
      if (i > 0) this.add(1);
      this.value(node[i], i, at);
    }
  }

  private object(node: Fields, at: number): void {
    const inBag = this.inBag[at] === true;
    const isBag = inBag && this.parents[at] === 0;
    let attributes = 0;
    let separators = 1;
    for (const key of Object.keys(node)) {
      if (inBag && key.length > MAX_LENGTH.key) throw tooLong('key_too_long', this.pointer(at), MAX_LENGTH.key);
      if (isPrototypeKey(key)) this.dirty = true;
      else if (isBag && !this.bag?.known.has(key)) attributes++;
      if (attributes > MAX_ATTRIBUTES) throw tooManyAttributes(this.pointer(at));
      this.text(key);
      this.add(separators);
      this.value(node[key], key, at);
      separators = 2;
    }
  }

  private value(value: unknown, key: string | number, at: number): void {
    const inBag = this.inBag[at] === true;
    switch (typeof value) {
      case 'string':
        if (inBag && value.length > MAX_LENGTH.value) {
          throw tooLong('value_too_long', this.pointer(at, key), MAX_LENGTH.value);
        }
        this.text(value);
        break;
      case 'number':
        // JSON has no infinity, but 1e999 is parsed into one.
        if (inBag && !Number.isFinite(value)) throw outOfRange(this.pointer(at, key));
        this.add(String(value).length);
        break;
      case 'object':
        if (value === null) this.add(4);
        else this.enter(value, key, at);
        break;
      case 'boolean':
        this.add(value ? 4 : 5);
        break;
      case 'undefined':
        this.add(4);
        break;
      default:
        if (inBag) throw wrongType(this.pointer(at, key), 'a JSON value');
    }
  }

  private enter(node: object, key: string | number, at: number): void {
    const inBag = this.inBag[at] === true || (at === 0 && key === this.bag?.key);
    const level = (this.levels[at] ?? 0) + 1;
    // The bag itself is level 2 of the item and level 1 of its own count.
    const tooDeepBy = inBag ? level - 1 - MAX_ITEM_DEPTH : level - MAX_BODY_DEPTH;
    if (tooDeepBy > 0) throw tooDeep(this.pointer(at, key), inBag ? MAX_ITEM_DEPTH : MAX_BODY_DEPTH);
    if (inBag && !isJsonObject(node)) throw wrongType(this.pointer(at, key), 'a JSON value');
    this.nodes.push(node);
    this.parents.push(at);
    this.keys.push(key);
    this.levels.push(level);
    this.inBag.push(inBag);
  }

  private text(text: string): void {
    // Counted before it is looked at: what is far too long costs nothing.
    if (text.length > MAX_ITEM_BYTES) throw tooLarge();
    if (PLAIN.test(text)) {
      this.add(text.length + 2);
      return;
    }
    this.dirty ||= isDirtyText(text);
    this.add(Buffer.byteLength(JSON.stringify(text)));
  }

  private add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > MAX_ITEM_BYTES) throw tooLarge();
  }

  /** Where a node is, or what stands under `key` in it. */
  private pointer(at: number, key?: string | number): string {
    const path: (string | number)[] = key === undefined ? [] : [key];
    for (let node = at; node > 0; node = this.parents[node] ?? 0) path.unshift(this.keys[node] ?? '');
    return path.reduce<string>(under, '');
  }
}

function isJsonObject(node: object): boolean {
  if (Array.isArray(node)) return true;
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
}

function tooDeep(pointer: string, limit: number): Refusal {
  return new Refusal('too_deep', pointer, `Nested deeper than the ${limit} levels allowed.`, limit);
}

function tooLarge(): Refusal {
  const detail = `The item is larger than the ${MAX_ITEM_BYTES} bytes allowed.`;
  return new Refusal('item_too_large', '', detail, MAX_ITEM_BYTES);
}

function outOfRange(pointer: string): Refusal {
  return new Refusal('number_out_of_range', pointer, 'This number does not fit a 64-bit floating point number.');
}

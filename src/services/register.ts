/**
 * Registers: how values that arrive in any order, twice or late, end the same. A register is one value with the moment
 * and message that set it; of two, the one with the greater (timestamp, messageId) wins. Folding is associative,
 * commutative and idempotent, so a profile is a pure function of the messages behind it. Knows no database.
 */
import type { Values } from '../contract/item.ts';
import { MAX_KEPT_ATTRIBUTES } from '../limits.ts';

/** One value as it is kept (short names: there is one beside every value). */
export interface Register {
  /** The value; absent when the key was removed. */
  readonly v?: unknown;
  /** When it was set, in milliseconds since 1970. */
  readonly t: number;
  /** The message (or merge, or edit) that set it. */
  readonly m: string;
  /** It came with a userId that was not proven. */
  readonly u?: true;
}

/** Registers by profile key: `name`, `browser`, `attributes.plan` … */
export type Registers = Readonly<Record<string, Register>>;

/** Keys of registers that are attributes begin with it. */
export const ATTRIBUTE = 'attributes.';

/** Where and when a set of values was set, and whether by whom it says (false: that was not proven). */
export interface Stamp {
  readonly timestamp: number;
  readonly messageId: string;
  readonly verified?: boolean | undefined;
}

/** Values as registers; `null` becomes a removal. */
export function stamp(values: Values, { timestamp, messageId, verified }: Stamp): Registers {
  const registers: Record<string, Register> = {};
  const doubt = verified === false ? ({ u: true } as const) : {};
  for (const [key, value] of Object.entries(values)) {
    registers[key] = { ...(value === null ? {} : { v: value }), t: timestamp, m: messageId, ...doubt };
  }
  return registers;
}

/** True when `left` was set later than `right`; message ids are compared as strings of UTF-16 code units. */
export function wins(left: Register, right: Register | undefined): boolean {
  if (right === undefined || left.t !== right.t) return right === undefined || left.t > right.t;
  return left.m > right.m;
}

/** Folds several sets of registers into one: per key the winner. */
export function fold(...sets: readonly Registers[]): Registers {
  const folded: Record<string, Register> = {};
  for (const registers of sets) {
    for (const key in registers) {
      const register = registers[key] as Register;
      if (wins(register, folded[key])) folded[key] = register;
    }
  }
  return folded;
}

/**
 * What a record keeps: every field, and the newest `MAX_KEPT_ATTRIBUTES` attributes. Dropping the oldest is itself a
 * fold: an attribute that is dropped comes back only by a register newer than the oldest one kept, which it would have
 * beaten in any order. So the end depends on no order; and no number of attributes costs a name or an email.
 */
export function keepNewest(registers: Registers): Registers {
  const attributes = Object.keys(registers).filter((key) => key.startsWith(ATTRIBUTE));
  if (attributes.length <= MAX_KEPT_ATTRIBUTES) return registers;
  const newestFirst = attributes.sort((leftKey, rightKey) => {
    const [left, right] = [registers[leftKey] as Register, registers[rightKey] as Register];
    if (left.t !== right.t) return right.t - left.t;
    if (left.m !== right.m) return left.m < right.m ? 1 : -1;
    return leftKey < rightKey ? 1 : -1;
  });
  const dropped = new Set(newestFirst.slice(MAX_KEPT_ATTRIBUTES));
  return Object.fromEntries(Object.entries(registers).filter(([key]) => !dropped.has(key)));
}

/**
 * The moment for a decision made here and now (an edit, a manual merge): now, but after everything it decides over,
 * so that it wins against what its author saw even within one millisecond.
 */
export function after(now: Date, ...sets: readonly Registers[]): number {
  let latest = now.getTime();
  for (const registers of sets) {
    for (const key in registers) latest = Math.max(latest, (registers[key] as Register).t + 1);
  }
  return latest;
}

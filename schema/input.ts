/** Arguments → what services take. Cleaned and parsed like the bodies of REST, by the same shapes. */
import type { z } from 'zod';
import type { Warning } from '../src/contract/item.ts';
import type { SliceQuery } from '../src/contract/page.ts';
import { cleanCopy } from '../src/normalise/clean.ts';
import { parse } from '../src/normalise/outside.ts';

/** Arguments as GraphQL hands them over. */
type Arguments = Readonly<Record<string, unknown>>;

/**
 * Arguments, and inputs in which null means the same as absent.
 *
 * @param warnings is told what was mended. @throws {Invalid} with a pointer for each fault.
 */
export function readArguments<Shape extends z.ZodType>(
  shape: Shape,
  given: Arguments,
  warnings: Warning[] = [],
): z.output<Shape> {
  const present = Object.entries(given).filter(([, value]) => value !== null);
  return parse(shape, cleanCopy(Object.fromEntries(present), '', warnings));
}

/**
 * An input in which null is a value.
 *
 * @param warnings is told what was mended. @throws {Invalid} with a pointer for each fault.
 */
export function readInput<Shape extends z.ZodType>(
  shape: Shape,
  given: Arguments,
  warnings: Warning[] = [],
): z.output<Shape> {
  return parse(shape, cleanCopy(given, '', warnings));
}

/** The arguments of a connection as services ask for pages. */
export function sliceQuery({ first, after }: { first: number; after?: string | undefined }): SliceQuery {
  return { limit: first, cursor: after };
}

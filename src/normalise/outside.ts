/** Inputs of any door → what services take, or one refusal that names everything that is wrong. */
import type { z } from 'zod';
import { type Fault, Invalid, NotFound } from '../errors.ts';
import { cleanText } from './clean.ts';

/** An id as it was sent. @throws {NotFound} for one that no database could hold. */
export function readId(id: string): string {
  if (cleanText(id) !== id) throw new NotFound('There is no such thing in this workspace.');
  return id;
}

/** A value as its shape describes it. @throws {Invalid} with a pointer for each fault. */
export function parse<Shape extends z.ZodType>(schema: Shape, value: unknown): z.output<Shape> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Invalid(
    'The input is not what is taken here.',
    parsed.error.issues.flatMap((issue) => faultsOf(issue)),
  );
}

/** A union's faults are those of the member that came closest; a strict object names each key it does not know. */
function faultsOf(issue: z.core.$ZodIssue, under: readonly PropertyKey[] = []): Fault[] {
  const path = [...under, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...path, key]), detail: 'unknown; it may not be here' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = [...issue.errors].sort((a, b) => a.length - b.length || deepest(b) - deepest(a))[0] ?? [];
    return closest.flatMap((each) => faultsOf(each, path));
  }
  return [{ pointer: pointerOf(path), detail: issue.message }];
}

function deepest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Query strings and bodies → what services take, or one refusal that names everything that is wrong. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Warning } from '../contract/item.ts';
import type { RestRoute } from '../contract/route.ts';
import { type Fault, Invalid, NotFound } from '../errors.ts';
import { cleanCopy, cleanText } from '../normalise/clean.ts';

/** A request as its route's row of the table describes it. */
export interface ParsedInput {
  readonly id: string;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  /** What was mended in the body before it was parsed. */
  readonly warnings: readonly Warning[];
}

/** @throws {Invalid} with a pointer for each fault. @throws {NotFound} for an id no database could hold. */
export function parseInput(route: RestRoute, request: FastifyRequest): ParsedInput {
  const { id = '' } = request.params as { id?: string };
  if (cleanText(id) !== id) throw new NotFound('There is no such thing in this workspace.');
  const warnings: Warning[] = [];
  // A body that is all optional may be left out.
  const body = cleanCopy(request.body ?? {}, '', warnings);
  return {
    id,
    warnings,
    query: route.query ? parse(route.query, cleanQuery(request.query)) : undefined,
    body: route.body ? parse(route.body, body) : undefined,
    ifMatch: request.headers['if-match'],
  };
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Invalid(
    'The input is not what this route takes.',
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

function cleanQuery(query: unknown): Record<string, unknown> {
  const entries = Object.entries(query as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? cleanText(value) : value]),
  );
}

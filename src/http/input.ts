/** Query strings and bodies → what services take, or one refusal that names everything that is wrong. */
import type { FastifyRequest } from 'fastify';
import type { Warning } from '../contract/item.ts';
import type { RestRoute } from '../contract/route.ts';
import { cleanCopy, cleanText } from '../normalise/clean.ts';
import { parse, readId } from '../normalise/outside.ts';

/** A request as its route's row of the table describes it. */
export interface ParsedInput {
  readonly id: string;
  readonly part: string;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  /** What was mended in the body before it was parsed. */
  readonly warnings: readonly Warning[];
}

/** @throws {Invalid} with a pointer for each fault. @throws {NotFound} for an id no database could hold. */
export function parseInput(route: RestRoute, request: FastifyRequest): ParsedInput {
  const { id = '', ...others } = request.params as Readonly<Record<string, string>>;
  const [part = ''] = Object.values(others);
  const warnings: Warning[] = [];
  // A body that is all optional may be left out.
  const body = cleanCopy(request.body ?? {}, '', warnings);
  return {
    id: readId(id),
    part: readId(part),
    warnings,
    query: route.query ? parse(route.query, cleanQuery(request.query)) : undefined,
    body: route.body ? parse(route.body, body) : undefined,
    ifMatch: request.headers['if-match'],
  };
}

function cleanQuery(query: unknown): Record<string, unknown> {
  const entries = Object.entries(query as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? cleanText(value) : value]),
  );
}

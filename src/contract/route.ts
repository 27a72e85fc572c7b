/** What one REST route is: a row of the table that the server, the OpenAPI document and the tests are made from. */
import type { z } from 'zod';
import type { Scope } from '../context.ts';

/** Why a route may refuse, beyond what every route may (401, 403, 422, 429, 500, 503). */
export type RouteProblem = 400 | 404 | 405 | 409 | 412 | 413;

interface Common {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Behind the prefix; parameters in braces. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly refusals: readonly RouteProblem[];
}

/** A route for agents and servers. */
export interface RestRoute extends Common {
  readonly scope: Scope;
  /** A visitor token opens it as well, without any scope: to what is the visitor's own. Pages of any site may ask. */
  readonly visitor?: true;
  /** The visitor token may stand in the body, so nobody can be refused before that is read. */
  readonly tokenInBody?: true;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** `If-Match` is looked at, and answers carry an ETag. */
  readonly etag?: true;
  /** What it answers holds nothing of a visitor's: an erasure leaves it to be answered again. */
  readonly outlivesErasure?: true;
  readonly answer: {
    readonly status: 200 | 201 | 204;
    /** Of `data`, or of one item of it when `list` is set. Absent: no body. */
    readonly data?: z.ZodType;
    readonly list?: true;
    /** A member of `data` that no repeated answer holds: it is null there. */
    readonly shownOnce?: string;
    /** Of `data` when it takes longer than a caller waits: 202. */
    readonly later?: z.ZodType;
    /** `meta.redirectedFrom` may be there. */
    readonly redirects?: true;
    /** It is a file, and may be of these media types instead of JSON. */
    readonly files?: readonly string[];
  };
  readonly example?: { readonly body?: unknown; readonly answer?: unknown };
}

/** A route that widgets and servers send to, with any key that may ingest. */
export interface IngestRoute extends Common {
  readonly scope: 'ingest';
  /** The type of the single item it takes, 'batch', or 'token': no item, but whom a visitor token is for. */
  readonly takes: 'identify' | 'update' | 'track' | 'page' | 'batch' | 'token';
  /** For the document only: items are judged one by one by the pipeline, never as a whole by this. */
  readonly body: z.ZodType;
  readonly answer: { readonly status: 200; readonly data: z.ZodType };
  readonly example?: { readonly body?: unknown; readonly answer?: unknown };
}

/** The reference as text, from the same tables and constants the server runs by: nothing in it can be out of date. */
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../schema/index.ts';
import { SCOPES } from '../src/context.ts';
import { ingestRoutes } from '../src/contract/ingest-routes.ts';
import { ITEM_CODES, WARNING_CODES } from '../src/contract/item-code.ts';
import { PROBLEMS } from '../src/contract/problem.ts';
import { restRoutes } from '../src/contract/rest-routes.ts';
import type { IngestRoute, RestRoute } from '../src/contract/route.ts';
import { openApiDocument } from '../src/http/openapi.ts';
import { PREFIX } from '../src/http/replies.ts';
import * as limits from '../src/limits.ts';

const NOTE = '<!-- Made by `npm run openapi` from the contract; edits here are overwritten. -->';

/** Path, from the package's folder, to text. */
export function referenceFiles(): Record<string, string> {
  return {
    'schema/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    'schema/schema.graphql': `${printSchema(lexicographicSortSchema(schema))}\n`,
    'docs/api.md': apiPage(),
    'docs/keys.md': keysPage(),
    'docs/errors-and-limits.md': errorsAndLimitsPage(),
  };
}

type Route = RestRoute | IngestRoute;

const routes: readonly Route[] = [...Object.values(ingestRoutes), ...Object.values(restRoutes)];

function apiPage(): string {
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  const section = (tag: string) => {
    const rows = routes
      .filter((route) => route.tag === tag)
      .map((route) => [line(route), access(route), route.summary]);
    return `## ${tag}\n\n${table(['Route', 'Key', 'What it does'], rows)}\n`;
  };
  return page(
    'REST API',
    `All routes begin with \`${PREFIX}\`. A key goes into the \`X-API-Key\` header (or \`Authorization: Bearer\`). Answers are
\`{data}\`, lists \`{data, meta}\`, refusals \`application/problem+json\` (see [errors and limits](errors-and-limits.md)).
Shapes and examples are in the OpenAPI document (\`${PREFIX}/openapi.json\`) and on the page made from it
(\`${PREFIX}/docs\`).

**Who.** Every visitor id in a path or body is \`vis_…\`, \`user:<userId>\` or \`anon:<anonymousId>\`, percent-encoded in a
path. An id that was merged away leads to whom it was merged into: the answer says so in \`meta.redirectedFrom\` and a
\`Link\` header with \`rel="canonical"\`.

**Lists.** \`limit\` is ${limits.DEFAULT_PAGE_SIZE} (1 to ${limits.MAX_PAGE_SIZE}); \`page\` counts from 1, or \`cursor\` is the
\`meta.nextCursor\` of the page before; never both. A parameter a list does not know is refused.

**Edits.** A profile answers an \`ETag\`. Sent back as \`If-Match\`, it makes an edit fail with 412 when somebody else
edited in between.

**Sending again.** An item with a \`messageId\` is stored once however often it is sent. \`Idempotency-Key\` serves as
\`messageId\` of a single item. On every other write it makes a repeat harmless: for a day, the same request with the same
key (1 to ${limits.MAX_LENGTH.id} characters) is answered as it was the first time, with \`Idempotency-Replayed: true\`, and is not carried out
again. Another request with that key is refused with \`idempotency_key_reused\`, and one that comes while the first is
still running with \`idempotency_in_progress\` and \`Retry-After\`. Refusals are repeated too; 429 and 5xx free the key. The
text of a new key or secret is never repeated: there it is \`null\`. A process that ends in the middle of a request leaves its key
claimed for a minute; a repeat after it is carried out, and may find the work done.

${tags.map(section).join('\n')}`,
  );
}

function keysPage(): string {
  const rows = SCOPES.map((scope) => {
    const opened = routes.filter((route) => route.scope === scope).map(line);
    const ingests = scope === 'visitors:write' ? ['collecting, from servers'] : [];
    return [`\`${scope}\``, [...ingests, ...opened].join(', ') || 'nothing yet'];
  });
  return page(
    'Keys and scopes',
    `A key belongs to one workspace and decides it; nothing in a request can. The server keeps only its SHA-256, so a key is
shown once, when it is made.

* A **publishable key** (\`pk_…\`) may be read by everybody who looks at the page it is in. It can send: ingestion,
  and the answers are ids and a status. Beside a visitor token it opens that visitor's own conversations. It can be bound to origins; requests without an \`Origin\` header pass. From one
  address it may send ${limits.PUBLISHABLE_ITEMS_PER_WINDOW.toLocaleString('en')} items in ${limits.PUBLISHABLE_WINDOW_SECONDS} seconds; the \`RateLimit\` header says what is left.
  Browsers that cannot set headers send it as \`?key=\` or as \`writeKey\` in the body.
* A **secret key** (\`sk_…\`) has scopes, and never leaves a server. One that arrives from a web page is refused with
  \`secret_key_in_browser\`: by then everybody could read it, so revoke it.

**Rotate** (\`POST ${PREFIX}/keys/{id}/rotate\`): a new key like the old one; the old one works on for \`overlapSeconds\`
(${limits.DEFAULT_KEY_OVERLAP_SECONDS / 3600} hours unless told otherwise). **Revoke** (\`DELETE ${PREFIX}/keys/{id}\`): at once in the process that is asked,
within ${limits.KEY_CACHE_MS / 1000} seconds in all others.

**Locked out?** Whoever has the database has the command line: \`npx transactional-support keys create\`. The embedded
database belongs to one process, so stop the server first.

${table(['Scope', 'Opens'], rows)}`,
  );
}

function errorsAndLimitsPage(): string {
  const problems = Object.entries(PROBLEMS).map(([code, { status, title }]) => [String(status), `\`${code}\``, title]);
  const words = (codes: Readonly<Record<string, string>>) =>
    Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return page(
    'Errors and limits',
    `A refusal is \`application/problem+json\` with a \`code\` for programs, a \`detail\` for people, the \`requestId\` that names
it in the server's log, and \`errors\`: a JSON pointer and a reason for each thing that is wrong. 429 and 503 carry
\`Retry-After\`.

## Codes of requests

${table(['Status', 'Code', 'Meaning'], problems)}

## Codes of items

Of one item of a batch, or of a single item that was refused (422).

${table(['Code', 'Meaning'], words(ITEM_CODES))}

Warnings stand beside items that were accepted:

${table(['Code', 'Meaning'], words(WARNING_CODES))}

## Limits

${table(['What', 'Limit'], limitRows())}`,
  );
}

function limitRows(): string[][] {
  const { MAX_LENGTH } = limits;
  return [
    ['One item', bytes(limits.MAX_ITEM_BYTES)],
    ['A batch', `${limits.MAX_BATCH_ITEMS} items`],
    ['A body, after inflating', bytes(limits.MAX_BODY_BYTES)],
    ['Attributes, or properties, of an item', String(limits.MAX_ATTRIBUTES)],
    ['Attribute keys a person or company keeps', `the ${limits.MAX_KEPT_ATTRIBUTES} set last, removed ones included`],
    ['Nesting of traits and properties', `${limits.MAX_ITEM_DEPTH} levels`],
    ['Nesting of any JSON', `${limits.MAX_BODY_DEPTH} levels`],
    ...Object.entries(MAX_LENGTH).map(([name, length]) => [`Text: ${spaced(name)}`, `${length} characters`]),
    ['A note about a visitor', bytes(limits.MAX_NOTE_BYTES)],
    ['A timestamp ahead of our clock', `${limits.MAX_AHEAD_MS / 3_600_000} hours`],
    ['A timestamp in the past', `not before ${new Date(limits.EARLIEST_TIMESTAMP_MS).toISOString().slice(0, 10)}`],
    ['Message ids are remembered', `${limits.MESSAGE_ID_DAYS} days at the least`],
    ['Days a kind of data may be kept', `${limits.MIN_RETENTION_DAYS}–${limits.MAX_RETENTION_DAYS}, or for ever`],
    [
      'A proof of identity (JWT)',
      `${limits.MAX_JWT_LENGTH} characters, ending at most ${limits.MAX_PROOF_MS / 3_600_000} hours ahead`,
    ],
    ['A visitor token', `holds ${limits.VISITOR_TOKEN_MS / 3_600_000} hours`],
    ['The anonymousId of a visitor token', `room for ${limits.MIN_ANONYMOUS_ID_BITS} random bits`],
    ['Items waiting to be stored', `${limits.MAX_QUEUED_ITEMS} or ${bytes(limits.MAX_QUEUED_BYTES)}, then 429`],
    ['Pages shown in a session', String(limits.MAX_SESSION_PAGES)],
    ['Items of a page of a list', `${limits.DEFAULT_PAGE_SIZE}, at most ${limits.MAX_PAGE_SIZE}`],
    ['A link to an export', `works once, within ${limits.EXPORT_LINK_MS / 60_000} minutes`],
    ['A file of which nothing is taken', `is cut off after ${limits.EXPORT_STALL_MS / 1000} seconds`],
    ['GraphQL: a request', bytes(limits.MAX_GRAPHQL_BYTES)],
    ['GraphQL: tokens of a document', String(limits.MAX_QUERY_TOKENS)],
    ['GraphQL: levels of fields', `${limits.MAX_QUERY_DEPTH}, introspection aside`],
    ['GraphQL: aliases', String(limits.MAX_QUERY_ALIASES)],
    ['GraphQL: directives', String(limits.MAX_QUERY_DIRECTIVES)],
    ['GraphQL: cost', `${limits.MAX_QUERY_NODES} objects, each list counted as long as it may be`],
    ['GraphQL: activities in a snapshot', String(limits.SNAPSHOT_SIZE)],
    ['GraphQL: news that wait for a slow watcher', `${limits.MAX_WAITING_NEWS}, then a new snapshot`],
    ['GraphQL: subscriptions of a connection', String(limits.MAX_SUBSCRIPTIONS)],
  ];
}

function page(title: string, text: string): string {
  return `${NOTE}\n\n# ${title}\n\n${text.trimEnd()}\n`;
}

function line({ method, path }: Route): string {
  return `\`${method} ${path}\``;
}

function access({ scope, ...route }: Route): string {
  if (scope === 'ingest') return 'publishable, or `visitors:write`';
  return 'visitor' in route ? `\`${scope}\`, or a visitor token` : `\`${scope}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const write = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [write(head), write(head.map(() => '---')), ...rows.map(write)].join('\n');
}

function bytes(count: number): string {
  const kib = count / 1024;
  return kib >= 1024 ? `${kib / 1024} MB` : `${kib} KB`;
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

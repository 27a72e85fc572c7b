/** Which part of the project may import which: the table, and how a file's imports are read and judged by it. */
import { posix } from 'node:path';
import { type SourceFile, withoutComments } from './source-files.ts';

/** One import of another file of the project. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Gone after compiling; still a direction of knowledge, so the table counts it. */
  readonly typeOnly: boolean;
}

/** The parts, by what their paths look like; the first that matches decides. */
const PLACES = {
  generated: /^(prisma|sdk)\/generated\//,
  schema: /^schema\//,
  /** Runs in pages of customers, a script of its own. */
  widget: /^sdk\/widget\//,
  sdk: /^sdk\//,
  contract: /^src\/contract\//,
  dashboard: /^src\/dashboard\//,
  demo: /^src\/demo\//,
  http: /^src\/http\//,
  /** What people send, made into values: pure, so that ingestion and editing share one set of rules. */
  normalise: /^src\/normalise\//,
  services: /^src\/services\//,
  ingest: /^src\/ingest\//,
  filter: /^src\/filter\//,
  jobs: /^src\/jobs\//,
  cli: /^src\/cli\//,
  /** Infra's interfaces and its pure helpers: they open nothing. */
  door: /^src\/infra\/(bus|database|sql|transaction|geo|user-agent)\.ts$/,
  infra: /^src\/infra\//,
  config: /^src\/config\.ts$/,
  loaders: /^src\/loaders\.ts$/,
  leaf: /^src\/(errors|ids|limits|clock|log|metrics|context)\.ts$/,
  /** Where it is put together and started. */
  root: /^src\/(app|main|serve|welcome)\.ts$/,
} as const;

export type Place = keyof typeof PLACES;

const LEAVES: readonly Place[] = ['leaf', 'contract'];
/** Ingestion stands on the services, never the other way round. */
const CORE: readonly Place[] = [...LEAVES, 'door', 'normalise', 'services', 'filter'];

/** What each part may import besides itself. */
const MAY_IMPORT: Readonly<Record<Place, readonly Place[]>> = {
  generated: [],
  schema: [...LEAVES, 'normalise', 'services', 'loaders'],
  widget: [],
  sdk: ['generated'],
  contract: ['leaf'],
  leaf: ['contract'],
  dashboard: ['sdk', 'widget'],
  demo: ['widget'],
  normalise: LEAVES,
  // A request's loaders are made where its context is.
  http: [...LEAVES, 'normalise', 'services', 'ingest', 'loaders'],
  services: CORE,
  ingest: CORE,
  filter: CORE,
  jobs: [...LEAVES, 'services', 'door', 'infra'],
  /** A second root: `serve` starts the whole server. */
  cli: [...LEAVES, 'services', 'door', 'infra', 'config', 'root', 'sdk', 'widget'],
  door: [...LEAVES, 'config', 'generated'],
  infra: [...LEAVES, 'door', 'config', 'generated'],
  config: LEAVES,
  loaders: [...LEAVES, 'services'],
  root: [...CORE, 'ingest', 'generated', 'schema', 'http', 'infra', 'jobs', 'cli', 'config', 'loaders'],
};

/** What it may import besides for types alone: shapes are known there, nothing is opened. */
const MAY_IMPORT_TYPES: Readonly<Partial<Record<Place, readonly Place[]>>> = {
  schema: ['generated'],
  loaders: ['generated'],
  services: ['generated'],
  ingest: ['generated'],
  filter: ['generated'],
  http: ['door'],
};

/** Single imports against the table, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/context.ts → src/infra/database.ts': 'the context hands the database, as an interface, to every service',
  'src/context.ts → src/infra/bus.ts': 'and the bus, likewise',
  'src/http → schema/index.ts': 'the GraphQL route serves the finished schema and nothing else of it',
};

/** The part a file belongs to, or null when the table has no room for it. */
export function placeOf(path: string): Place | null {
  const found = Object.entries(PLACES).find(([, pattern]) => pattern.test(path));
  return found ? (found[0] as Place) : null;
}

/** Why the table forbids this import, or null when it does not. */
export function verdict({ from, to, typeOnly }: Edge): string | null {
  const [here, there] = [placeOf(from), placeOf(to)];
  const what = `${from} imports ${to}${typeOnly ? ' (types only, which counts too)' : ''}`;
  if (!here) return `${from} belongs to no part of the table`;
  if (!there) return `${what}, which belongs to no part of the table`;
  if (here === there || MAY_IMPORT[here].includes(there)) return null;
  if (typeOnly && MAY_IMPORT_TYPES[here]?.includes(there)) return null;
  if (`${from} → ${to}` in EXCEPTIONS || `${posix.dirname(from)} → ${to}` in EXCEPTIONS) return null;
  return `${what}: ${here} may not know ${there}`;
}

/** The imports of other project files, static and dynamic; packages are left out. */
export function edgesOf({ path, text }: SourceFile): Edge[] {
  const code = withoutComments(text);
  const pattern = /\b(import|export)\s+(type\s)?[^'";()]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...code.matchAll(pattern)].flatMap(([, , type, from, bare]) => {
    const target = from ?? bare ?? '';
    if (!target.startsWith('.')) return [];
    return [{ from: path, to: posix.join(posix.dirname(path), target), typeOnly: type !== undefined }];
  });
}

/** One chain of imports that ends where it began, as its files in order, or null when there is none. */
export function findCycle(edges: readonly Edge[]): string[] | null {
  const next = new Map<string, Edge[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
  const finished = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (finished.has(file)) return null;
    for (const { to } of next.get(file) ?? []) {
      const cycle = visit(to, [...trail, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return null;
}

/** Prisma's schema engine as WebAssembly: diff, deploy and diagnose without its native binary. Development only. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine, SchemaFilter, SchemasContainer } from '@prisma/schema-engine-wasm';
import { packageRoot } from '../src/infra/package-root.ts';

type Bindings = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: EngineExports): void;
};

interface EngineExports {
  __wbindgen_start(): void;
}

/** Part of every Node, but typed only for browsers. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: EngineExports } }>;
};

/** Where the tables are described, and where the steps that make them lie. */
export const SCHEMA_PATH = join(packageRoot(), 'prisma/schema.prisma');
export const MIGRATIONS_DIR = join(packageRoot(), 'prisma/migrations');

/** Every table counts. */
export const NO_FILTER: SchemaFilter = { externalTables: [], externalEnums: [] };

/** All that `work` needs to ask the engine something. */
export interface Session {
  readonly engine: SchemaEngine;
  readonly schema: SchemasContainer;
  readonly migrations: MigrationList;
}

/** Runs `work` with an engine over `adapter`, the schema and the migrations of `dir`; frees the engine behind it. */
export async function withEngine<Result>(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  work: (session: Session) => Promise<Result>,
  dir: string = MIGRATIONS_DIR,
): Promise<Result> {
  bindings ??= loadBindings();
  const { SchemaEngine } = await bindings;
  const content = await readFile(SCHEMA_PATH, 'utf8');
  const engine = await SchemaEngine.new(
    { datamodels: [[SCHEMA_PATH, content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    const schema = { files: [{ path: SCHEMA_PATH, content }] };
    return await work({ engine, schema, migrations: await readMigrationList(dir) });
  } finally {
    engine.free();
  }
}

/** Once per process: a second instance would take the first one's memory away from under it. */
let bindings: Promise<Bindings> | undefined;

/** The package's own entry imports a `.wasm` file, which Node 20 cannot: the module is made by hand. */
async function loadBindings(): Promise<Bindings> {
  const entry = '@prisma/schema-engine-wasm/schema_engine_bg';
  const bindings = (await import(entry)) as Bindings;
  const folder = dirname(createRequire(import.meta.url).resolve(entry));
  const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

async function readMigrationList(baseDir: string): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await readFile(join(baseDir, name, 'migration.sql'), 'utf8') },
        },
      })),
    ),
  };
}

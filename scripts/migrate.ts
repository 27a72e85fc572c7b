/**
 * Compares the migrations with prisma/schema.prisma, on an empty database in memory; touches no real one.
 *
 *   npm run migrate:check            exit code 1 when they differ
 *   npm run migrate:diff -- NAME     writes the difference as the next migration, to be read and edited by hand
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openShadow, pgliteAdapter } from './migration-adapters.ts';
import { MIGRATIONS_DIR, NO_FILTER, withEngine } from './schema-engine.ts';

const [command, name] = process.argv.slice(2);
if (command === 'check') await check();
else if (command === 'diff' && /^[a-z0-9_]+$/.test(name ?? '')) await diff(name as string);
else fail('Use: npm run migrate:check, or npm run migrate:diff -- NAME (small letters, digits and _).');

async function check(): Promise<void> {
  const { script } = await difference();
  if (script === null) console.log('The migrations make exactly what prisma/schema.prisma describes.');
  else fail(`The migrations do not make what prisma/schema.prisma describes. Missing:\n\n${script}`);
}

async function diff(label: string): Promise<void> {
  const { script, count } = await difference();
  if (script === null) return console.log('Nothing to do: the migrations make what prisma/schema.prisma describes.');
  const folder = join(MIGRATIONS_DIR, `${String(count + 1).padStart(4, '0')}_${label}`);
  await mkdir(folder);
  await writeFile(join(folder, 'migration.sql'), script);
  console.log(`Wrote ${join(folder, 'migration.sql')}. Read it, add what Prisma cannot say, then migrate:check.`);
}

/** The SQL from the migrations to the schema, or null when there is none; and how many migrations there are. */
async function difference(): Promise<{ script: string | null; count: number }> {
  const shadow = await openShadow();
  try {
    return await withEngine(pgliteAdapter(shadow), async ({ engine, schema, migrations }) => {
      const count = migrations.migrationDirectories.length;
      const { stdout, exitCode } = await engine.diff({
        from: count > 0 ? { tag: 'migrations', ...migrations } : { tag: 'empty' },
        to: { tag: 'schemaDatamodel', ...schema },
        script: true,
        exitCode: true,
        filters: NO_FILTER,
      });
      return { script: exitCode === 0 ? null : stdout, count };
    });
  } finally {
    await shadow.close();
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

/** Runs the server until it is told to stop: open, migrate, first keys, listen; and the same backwards. */
import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError } from './config.ts';
import { systemIds } from './ids.ts';
import { openDatabase } from './infra/open.ts';
import { createLog } from './log.ts';
import { BootstrapConflict, ensureFirstWorkspace } from './services/first-start.ts';
import { welcome } from './welcome.ts';

/** A commit may be waiting for a slow database; after this the process ends whatever waits. */
const GRACE_MS = 15_000;

/**
 * Starts the server and prints where it is. Ends the process by itself: 0 after SIGTERM or SIGINT, 1 after a fault.
 *
 * @throws {ConfigError} @throws {DataDirInUse} @throws {MigrationError} and whatever the database or the port says.
 */
export async function serve(config: Config, print: (text: string) => void): Promise<void> {
  const log = createLog(config.logLevel);
  const db = await openDatabase(config.storage, { log });
  let app: FastifyInstance | undefined;
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err, signal }) => {
    if (err) log.fatal({ err }, 'stopping after an error nobody caught');
    else log.info({ signal }, 'stopping');
    await app?.close();
    await db.close();
  });
  try {
    const source = { db, clock: systemClock, ids: systemIds };
    const keys = await ensureFirstWorkspace(source, config.bootstrap);
    app = await createApp({ config, log, ...source });
    const address = await app.listen({ port: config.port, host: config.host });
    print(welcome(config.publicUrl ?? address, keys));
  } catch (thrown) {
    await app?.close();
    await db.close();
    throw thrown instanceof BootstrapConflict ? new ConfigError([thrown.message]) : thrown;
  }
}

#!/usr/bin/env node
/** The program: the server, or one of the commands of its command line, configured by the environment. */
import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { runCommand } from './cli/command-line.ts';
import { welcome } from './cli/welcome.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { systemIds } from './ids.ts';
import { openAsItIs, openDatabase } from './infra/open.ts';
import { createLog } from './log.ts';
import { BootstrapConflict, ensureFirstWorkspace } from './services/first-start.ts';
import { makeSignInCode } from './services/sign-in-code.ts';

/** A commit may be waiting for a slow database; after this the process ends whatever waits. */
const GRACE_MS = 15_000;

/**
 * How much of what is alive may be added before the garbage is collected. Left to itself the engine lets garbage of the
 * size of the program pile up first (docs/performance.md, "Memory").
 */
const HEAP_GROWTH_PERCENT = 25;

const print = (text: string) => void process.stdout.write(`${text}\n`);

const exitCode = await runCommand(process.argv.slice(2), {
  clock: systemClock,
  ids: systemIds,
  print,
  printError: (text) => void process.stderr.write(`${text}\n`),
  openDatabase: async () => {
    const config = parseConfig(process.env);
    return openDatabase(config.storage, { log: createLog('silent') });
  },
  openAsItIs: () => openAsItIs(parseConfig(process.env).storage, { log: createLog('silent') }),
  progress: (text) => void (process.stderr.isTTY && process.stderr.write(`${text}\n`)),
  serve: () => serve(parseConfig(process.env)),
});
if (exitCode !== null) process.exit(exitCode);

/** Open, migrate, first keys, listen; and the same backwards. The process ends with 0 after SIGTERM and SIGINT. */
async function serve(config: Config): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
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
    const first = keys && { keys, signInCode: await makeSignInCode(source, keys.secretKey ?? '') };
    print(welcome(config.publicUrl ?? address, first));
  } catch (thrown) {
    await app?.close();
    await db.close();
    throw thrown instanceof BootstrapConflict ? new ConfigError([thrown.message]) : thrown;
  }
}

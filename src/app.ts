/** The composition root: puts the parts together into a server. Tests call it with a database and a clock of theirs. */
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Clock, systemClock } from './clock.ts';
import { type Config, ConfigError, ownOrigins } from './config.ts';
import type { News } from './contract/live.ts';
import { errorText } from './errors.ts';
import type { Check } from './http/doors.ts';
import { proxyTrust } from './http/proxy-trust.ts';
import { buildServer } from './http/server.ts';
import { type IdMaker, systemIds } from './ids.ts';
import { type Bus, LocalBus } from './infra/bus.ts';
import type { Database } from './infra/database.ts';
import { type GeoLookup, openGeo } from './infra/geo.ts';
import { pendingMigrations } from './infra/migrate.ts';
import { packageRoot } from './infra/package-root.ts';
import { Ingest } from './ingest/pipeline.ts';
import { erasureJob, retentionJob, scrubJob, sweepJob } from './jobs/nightly.ts';
import { Scheduler, type Timers } from './jobs/scheduler.ts';
import { Upkeep } from './jobs/upkeep.ts';
import { ERASURE_ANSWER_MS } from './limits.ts';
import { createLog, type Log } from './log.ts';
import { eraseUnseen } from './services/erase-unseen.ts';
import { Erasures } from './services/erasure-run.ts';

/** What a server is made of; what is left out is the real thing. */
export interface Parts {
  readonly config: Config;
  readonly db: Database;
  readonly clock?: Clock;
  readonly ids?: IdMaker;
  readonly bus?: Bus<News>;
  readonly log?: Log;
  /** What recurring jobs are looked for with. */
  readonly timers?: Timers;
  /** Resolves when the caller of a long deletion has waited long enough. */
  readonly erasurePatience?: () => Promise<void>;
  /** Where the files that browsers are served were built to. */
  readonly browserFiles?: string;
}

/**
 * A server, not listening yet. Closing it waits until everything it took is committed; the database stays open, it
 * belongs to whoever opened it.
 *
 * @throws {ConfigError} when the geo database cannot be read.
 */
export async function createApp({
  config,
  db,
  clock = systemClock,
  ids = systemIds,
  bus = new LocalBus(),
  log,
  timers,
  erasurePatience = () => wait(ERASURE_ANSWER_MS, undefined, { ref: false }),
  browserFiles = join(packageRoot(), 'dist'),
}: Parts): Promise<FastifyInstance> {
  const source = { db, clock, ids, bus, log: log ?? createLog(config.logLevel) };
  const upkeep = new Upkeep(db, source.log);
  const geo = await openGeoDatabase(config.geoDatabase);
  const ingest = new Ingest({ ...source, geo, onCommitted: (items) => upkeep.note(items) });
  const erasures = new Erasures({ ...source, patience: erasurePatience });
  const retention = retentionJob(source, eraseUnseen(source, erasures));
  const jobs = [retention, erasureJob(erasures), sweepJob(source), scrubJob(source)];
  const scheduler = new Scheduler({ ...source, timers }, jobs);
  scheduler.start();
  const checks = checksOf(config, db);
  const trustsProxy = config.trustProxy === false ? null : proxyTrust(config.trustProxy);
  const { publicUrl, isDevelopment } = config;
  const own = new Set(ownOrigins(config));
  const doors = { ...source, ingest, erasures, checks, publicUrl, trustsProxy, isDevelopment, browserFiles };
  const app = await buildServer({ ...doors, ownOrigins: own });
  // A port that the system chose is known from here on.
  app.addHook('onListen', async () => {
    const { port } = app.server.address() as AddressInfo;
    own.clear();
    for (const origin of ownOrigins({ ...config, port })) own.add(origin);
  });
  // What a process before this one began is finished in the background.
  app.addHook('onReady', async () => void erasures.resume());
  app.addHook('onClose', async () => {
    await ingest.drain();
    await erasures.stop();
    await upkeep.stop();
    await scheduler.stop();
  });
  return app;
}

async function openGeoDatabase(file: string | undefined): Promise<GeoLookup | undefined> {
  if (file === undefined) return undefined;
  return openGeo(file).catch((thrown: unknown) => {
    throw new ConfigError([`GEO_DATABASE cannot be read: ${errorText(thrown)}`]);
  });
}

function checksOf(config: Config, db: Database): Record<string, Check> {
  const checks: Record<string, Check> = {
    database: { required: true, probe: () => db.ping() },
    migrations: { required: true, probe: () => nothingPending(db) },
  };
  const { redisUrl } = config;
  if (redisUrl !== undefined) checks.redis = { required: false, probe: () => reachable(new URL(redisUrl)) };
  return checks;
}

async function nothingPending(db: Database): Promise<void> {
  const pending = await pendingMigrations(db);
  if (pending.length > 0) throw new Error(`${pending.length} migrations are not applied.`);
}

const REDIS_PORT = 6379;

function reachable({ hostname, port }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || REDIS_PORT) });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

/**
 * Our server over a watched database: the same code, built, with less written. For the question where the time goes and
 * what the derived state costs; what it writes less, it gets wrong.
 */
import { join } from 'node:path';
import { packageRoot } from '../src/infra/package-root.ts';
import { KEYS } from './ours.ts';
import { type Depth, Stopwatch, watch } from './watched.ts';

const [url = '', depth = 'everything'] = process.argv.slice(2);
const stopwatch = new Stopwatch();

const { createApp } = await built<typeof import('../src/app.ts')>('app');
const { parseConfig } = await built<typeof import('../src/config.ts')>('config');
const { openDatabase } = await built<typeof import('../src/infra/open.ts')>('infra/open');
const { createLog } = await built<typeof import('../src/log.ts')>('log');
const { systemClock: clock } = await built<typeof import('../src/clock.ts')>('clock');
const { systemIds: ids } = await built<typeof import('../src/ids.ts')>('ids');
const { ensureFirstWorkspace } = await built<typeof import('../src/services/first-start.ts')>('services/first-start');

const log = createLog('warn');
const config = parseConfig({ DATABASE_URL: url, PORT: '0' });
const opened = await openDatabase(config.storage, { log });
const db = watch(opened, depth as Depth, stopwatch);
await ensureFirstWorkspace({ db, clock, ids }, { secretKey: KEYS.secret, publishableKey: KEYS.publishable });
const app = await createApp({ config, db, clock, ids, log });
const address = await app.listen({ port: 0, host: '127.0.0.1' });

process.on('message', () => process.send?.(stopwatch.take()));
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(new URL(address).port) });

/** What runs in production, compiled by the same compiler. */
function built<Module>(name: string): Promise<Module> {
  return import(join(packageRoot(), 'dist/src', `${name}.js`)) as Promise<Module>;
}

/** What the HTTP server is given: the doors it opens onto, and what it has to know of where it stands. */
import type { Clock } from '../clock.ts';
import type { Caller, Carrier, Context } from '../context.ts';
import type { News } from '../contract/live.ts';
import type { IdMaker } from '../ids.ts';
import type { Bus } from '../infra/bus.ts';
import type { Database } from '../infra/database.ts';
import type { Ingest } from '../ingest/pipeline.ts';
import type { Log } from '../log.ts';
import type { ProxyTrust } from './proxy-trust.ts';

/** Something the server needs, and how to ask it whether it is there. */
export interface Check {
  /** Without it nothing works; otherwise the server is merely degraded. */
  readonly required: boolean;
  /** Resolves when it is there. */
  probe(): Promise<void>;
}

/** Handed to every part of the server. */
export interface Doors {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdMaker;
  readonly log: Log;
  /** Where it is told what was committed, by workspace. */
  readonly bus: Bus<News>;
  readonly ingest: Ingest;
  readonly erasures: Carrier;
  /** Web origins that are this server's own. */
  readonly ownOrigins: ReadonlySet<string>;
  /** Where browsers reach this server, when that is not the address they ask for. */
  readonly publicUrl?: string | undefined;
  /** Null: no proxy is believed. */
  readonly trustsProxy: ProxyTrust | null;
  /** Explains itself to people who try it out: GraphiQL, and the GraphQL schema without a key. */
  readonly isDevelopment: boolean;
  /** The folder of the files that browsers are served: the widget, the demo, the dashboard. */
  readonly browserFiles: string;
  /** What readiness asks for, by name. */
  readonly checks: Readonly<Record<string, Check>>;
}

/** What services get first. */
export function contextOf({ db, clock, ids, bus, erasures }: Doors, caller: Caller): Context {
  return { caller, db, clock, ids, bus, erasures };
}

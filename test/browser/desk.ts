/** An agent's desk: a workspace, a browser on its dashboard, and whatever the browser's console complains about. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type Client, createClient } from '../../sdk/index.ts';
import { platformRuntime } from '../../sdk/runtime.ts';
import { packageRoot } from '../../src/infra/package-root.ts';
import { openContext } from '../support/chromium.ts';
import { type ListeningServer, listen } from '../support/listening.ts';

/** What time it is, for the server and for every browser. */
export const NOW = '2024-01-15T12:00:00.000Z';
/** The name an agent signs in with. */
export const AGENT = 'Mia Agent';
/** Building the dashboard, when somebody changed it, takes longer than a usual hook. */
export const BUILD_MS = 180_000;

/** Longest a test may take: a browser is slow on a machine that has other work. */
export const PATIENCE_MS = 90_000;

/** A desk. */
export interface Desk {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Of the server. */
  readonly origin: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** The workspace as a server of the customer's sees it. */
  readonly client: Client;
  /** Errors, uncaught ones, and violations of the page's policy. That somebody is not signed in is none. */
  readonly complaints: string[];
  /** Goes to a path below `/dashboard`. */
  go(path: string): Promise<void>;
  /** Signs in without the page. */
  signIn(): Promise<void>;
}

/** Makes the dashboard of the present sources, unless it is there. */
export async function buildDashboard(): Promise<void> {
  const bootstrap = join(packageRoot(), 'scripts/bootstrap.mjs');
  await promisify(execFile)(process.execPath, [bootstrap, '--build-dashboard']);
}

/** A server with that dashboard. */
export async function openOffice(): Promise<ListeningServer> {
  await buildDashboard();
  const server = await listen();
  server.world.clock.set(NOW);
  return server;
}

/** A desk in a workspace of its own, nobody signed in. */
export async function openDesk(
  browser: Browser,
  server: ListeningServer,
  options: BrowserContextOptions = {},
): Promise<Desk> {
  const callers = await server.callers();
  const origin = String(callers.server.where);
  const secretKey = callers.server.key;
  const runtime = { ...platformRuntime, now: () => server.world.clock.now().getTime() };
  const context = await openContext(browser, { timezoneId: 'UTC', locale: 'en-US', ...options });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  return {
    page,
    context,
    origin,
    secretKey,
    publishableKey: callers.widget.key,
    client: createClient({ url: origin, key: secretKey, runtime }),
    complaints: complaintsOf(page),
    go: async (path) => void (await page.goto(`${origin}/dashboard${path}`)),
    signIn: async () => {
      const data = { key: secretKey, name: AGENT };
      const answer = await context.request.post(`${origin}/dashboard/session`, { data, headers: { origin } });
      if (answer.status() !== 201) throw new Error(`Not signed in: ${await answer.text()}`);
    },
  };
}

/** What hinders people who cannot see, hear, point or read well, as `rule: where`. @param rules all, unless named. */
export async function barriersOn(page: Page, rules?: string[]): Promise<string[]> {
  // Looks into frames in a quicker way that leaves out those of other sites: the pages' policy allows no frame at all.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** How far the page is wider than its window, in pixels. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** A server, a customer's site of another origin with the widget on it, and the visitors who come there. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { snippet } from '../../sdk/widget/snippet.ts';
import { systemClock } from '../../src/clock.ts';
import type { Event } from '../../src/contract/event.ts';
import type { Session } from '../../src/contract/session.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { openContext } from '../support/chromium.ts';
import type { Client } from '../support/client.ts';
import { type ListeningServer, listen } from '../support/listening.ts';
import { Line } from './line.ts';

/** A machine that has other work. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** What the site answers with, besides the page itself. */
export interface SiteOptions {
  /** In the head. `{{snippet}}` unless given: the stub and the script tag. */
  readonly head?: string;
  /** In the body, behind the widget's tag. */
  readonly body?: string;
  readonly title?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything that stands before the visitors come. */
export interface Stage {
  readonly server: ListeningServer;
  close(): Promise<void>;
  /** A site, a workspace and a line of their own. */
  site(options?: SiteOptions | ((site: SiteFacts) => SiteOptions)): Promise<Site>;
}

/** What a page may need to know to be written. */
export interface SiteFacts {
  readonly key: string;
  /** Where the widget comes from. */
  readonly host: string;
}

/** A customer's site. */
export interface Site extends SiteFacts {
  readonly origin: string;
  readonly line: Line;
  /** Reads what is stored, with the secret key. */
  readonly client: Client;
  close(): Promise<void>;
}

/** Opens a server for the tests of a file. Its clock is the real one, as the browser's is. */
export async function openStage(): Promise<Stage> {
  const server = await listen();
  server.world.clock.now = () => systemClock.now();
  const sites: Site[] = [];
  return {
    server,
    async site(options = {}) {
      const { server: client, widget } = await server.callers();
      const line = new Line(String(client.where));
      await line.open();
      const facts = { key: widget.key, host: line.origin };
      const { origin, close } = await serve(facts, typeof options === 'function' ? options(facts) : options);
      const site = { ...facts, origin, line, client, close: () => Promise.all([close(), line.cut()]).then(() => {}) };
      sites.push(site);
      return site;
    },
    async close() {
      await Promise.all(sites.map((site) => site.close()));
      await server.close();
    },
  };
}

/** Somebody with a browser of their own, and what went wrong in their pages. */
export interface Person {
  readonly context: BrowserContext;
  /** Errors nobody caught, and rejections. */
  readonly errors: string[];
  /** All that was written to the console. */
  readonly console: string[];
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

/** A visitor comes. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
  const context = await openContext(browser, options);
  const errors: string[] = [];
  const lines: string[] = [];
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => lines.push(message.text()));
  return {
    context,
    errors,
    console: lines,
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    close: () => context.close(),
  };
}

/** Calls the widget in a page, with arguments written as the page would write them. */
export async function call(page: Page, args: string): Promise<void> {
  await page.evaluate(`void window.TransactionalSupport(${args})`);
}

/** The anonymousId the widget made; null without one. */
export async function anonymousIdIn(page: Page, { key }: SiteFacts): Promise<string | null> {
  const text = await page.evaluate(`localStorage.getItem('support-${key}-who')`);
  return typeof text === 'string' ? JSON.parse(text).anonymousId : null;
}

/** Waits until what is asked for is so. */
export function eventually(check: () => Promise<void> | void): Promise<void> {
  return vi.waitFor(check, PATIENCE);
}

/** Names of the events stored of somebody, oldest first. */
export async function eventsOf({ client }: Site, ref: string): Promise<string[]> {
  const events = await client.all<Event>(`/visitors/${ref}/events`);
  return events.map(({ name }) => name).reverse();
}

/** Somebody's visits, oldest first. */
export async function sessionsOf({ client }: Site, ref: string): Promise<Session[]> {
  return (await client.all<Session>(`/visitors/${ref}/sessions`)).reverse();
}

/** Somebody's profile. */
export async function visitorOf({ client }: Site, ref: string): Promise<Visitor> {
  return (await client.get<Visitor>(`/visitors/${ref}`)).data;
}

/** Waits until exactly these events are stored of somebody, in this order. */
export function stored(site: Site, ref: string, names: readonly string[]): Promise<void> {
  return eventually(async () => expect(await eventsOf(site, ref)).toEqual(names));
}

async function serve(facts: SiteFacts, { head, body = '', title = 'Shop', headers = {} }: SiteOptions) {
  const page = `<!doctype html><html lang="en"><head><title>${title}</title>${head ?? snippet(facts)}</head><body>${body}</body></html>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    // Another name for the same machine, so that pages and server are of different sites.
    origin: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

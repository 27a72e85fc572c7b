/** A page of a customer with Segment's browser SDK in it: the bundle as it is shipped, in a browser of jsdom's. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { JSDOM, VirtualConsole } from 'jsdom';
import { vi } from 'vitest';

const UMD = join(createRequire(import.meta.url).resolve('@segment/analytics-next'), '../../umd/standalone.js');
const bundle = await readFile(UMD, 'utf8');

/** As much of `window.analytics` as is called here. */
export interface BrowserAnalytics {
  readonly initialized?: boolean;
  page(category?: string, name?: string): Promise<unknown>;
  track(event: string, properties?: object): Promise<unknown>;
  identify(userId: string, traits?: object): Promise<unknown>;
  group(groupId: string, traits?: object): Promise<unknown>;
  alias(to: string, from?: string): Promise<unknown>;
  reset(): unknown;
  user(): { anonymousId(): string };
}

/** An open page. */
export interface BrowserPage {
  readonly analytics: BrowserAnalytics;
  /** What went to the console as an error. */
  readonly errors: readonly string[];
  /** The visitor goes elsewhere. */
  leave(): void;
  close(): void;
}

/** How the page sets the SDK up. */
export interface PageSetup {
  readonly writeKey: string;
  /** Where the SDK asks for its settings: the `cdnURL` of its snippet. */
  readonly cdn: string;
  readonly loadOptions?: object;
}

/** Where the page stands. */
export const PAGE_URL = 'https://shop.example.com/pricing?utm_source=ad&utm_campaign=spring';

/** Opens a page whose snippet has queued one page view; resolves when the SDK has its settings. */
export async function openPage({ writeKey, cdn, loadOptions = {} }: PageSetup): Promise<BrowserPage> {
  const errors: string[] = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on('error', (...parts: unknown[]) => errors.push(parts.join(' ')));
  virtualConsole.on('jsdomError', ({ message }: Error) => errors.push(message));
  const { window } = new JSDOM('<!doctype html><title>Prices</title>', {
    url: PAGE_URL,
    referrer: 'https://search.example.com/',
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole,
  });
  const snippet = Object.assign([['page']], { _writeKey: writeKey, _cdn: cdn, _loadOptions: loadOptions });
  const page = Object.assign(window, { analytics: snippet as unknown as BrowserAnalytics });
  window.eval(bundle);
  await vi.waitFor(() => {
    if (!page.analytics.initialized) throw new Error(`The SDK did not start: ${errors.join('\n')}`);
  });
  return {
    analytics: page.analytics,
    errors,
    leave: () => void window.dispatchEvent(new window.Event('pagehide')),
    close: () => window.close(),
  };
}

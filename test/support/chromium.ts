/** A real Chromium for tests: the one on the PATH. Where there is none, the tests are skipped under a name that says so. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

/** Names the program goes by, the usual one first. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/**
 * By its own name a headless browser is a known bot, and what bots send is not stored. Given at the start, because what
 * a page sends while it ends goes by the browser's name, not by the one its page was given.
 */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** Nothing it does by itself leaves the machine. The profile is empty, and gone with the browser. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--user-agent=${USER_AGENT}`,
];
/** On a machine that has other work. */
const LAUNCH_MS = 60_000;

/** The program's path, or null when no folder of the PATH has one. */
export function findChromium(path = process.env.PATH ?? ''): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

/** Starts a browser of one's own. @throws {Error} when there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(`None of ${NAMES.join(', ')} is on the PATH.`);
  return chromium.launch({ executablePath, args: ARGUMENTS, timeout: LAUNCH_MS });
}

/** A visitor's browser: a storage of its own, and the name of an ordinary Chrome. */
export function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext(options);
}

/** A group of tests that share one browser, which is there from their first hook on. */
export function describeInChromium(name: string, tests: (browser: () => Browser) => void): void {
  const isThere = findChromium() !== null;
  const title = isThere ? name : `${name} (skipped: none of ${NAMES.join(', ')} is on the PATH)`;
  describe.skipIf(!isThere)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchChromium();
    }, LAUNCH_MS);
    afterAll(() => browser?.close());
    tests(() => {
      if (!browser) throw new Error('The browser is there from the first hook on, not before.');
      return browser;
    });
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser of the browser tests: found, started, and taken for an ordinary one. */
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readUserAgent } from '../../src/infra/user-agent.ts';
import { describeInChromium, findChromium, openContext } from '../support/chromium.ts';

describe('finding Chromium', () => {
  it('answers null when no folder of the PATH has one', () => {
    expect(findChromium(['', '/nowhere', import.meta.dirname].join(delimiter))).toBeNull();
  });
});

describeInChromium('Chromium', (browser) => {
  it('runs scripts, and is no bot', async () => {
    const context = await openContext(browser());
    const page = await context.newPage();
    expect(readUserAgent(await page.evaluate(() => navigator.userAgent))).toMatchObject({
      bot: false,
      browser: { name: 'Chrome' },
      os: { name: 'Linux' },
    });
    await context.close();
  });

  it('gives every visitor a storage of their own', async () => {
    const [first, second] = await Promise.all([openContext(browser()), openContext(browser())]);
    await first.addCookies([{ name: 'of', value: 'first', url: 'http://127.0.0.1' }]);
    expect(await second.cookies()).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  });
});

/** Conversations through the widget: what a visitor writes and reads in a page of another origin, and who else does. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snippet } from '../../sdk/widget/snippet.ts';
import { describeInChromium } from '../support/chromium.ts';
import { call, eventually, openStage, type Person, type Site, type Stage, visit } from './stage.ts';

interface Conversation {
  readonly id: string;
  readonly subject: string | null;
  readonly unread: { readonly visitor: number; readonly agents: number };
}

interface Message {
  readonly body: string;
  readonly author: { readonly kind: string };
  readonly readAt: string | null;
}

type Page = Awaited<ReturnType<Person['open']>>;

/** What the widget's promise answers, or the code it was rejected with. */
function asked<Value>(page: Page, args: string): Promise<Value> {
  return page.evaluate(
    `Promise.resolve(TransactionalSupport(${args})).catch((error) => error.code || String(error))`,
  ) as Promise<Value>;
}

const ready = (page: Page) => page.evaluate(`new Promise((resolve) => TransactionalSupport('ready', resolve))`);

describeInChromium('a conversation in a page', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('is begun by the visitor, answered by an agent, and read', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await ready(page);
    await call(page, `'trackEvent', 'before'`);
    expect(loaded).not.toContain('/widget-live.js');

    const begun = await asked<Conversation>(
      page,
      `'startConversation', {subject: 'My order', message: 'Where is it?'}`,
    );
    expect(begun).toMatchObject({ subject: 'My order', unread: { visitor: 0, agents: 1 } });
    const path = `/conversations/${begun.id}`;
    const answered = await site.client.post<Message>(`${path}/messages`, { body: 'On its way.' });
    expect(answered.status).toBe(201);
    await site.client.post(`${path}/read`, {});

    const [mine, ...others] = await asked<Conversation[]>(page, `'conversations'`);
    expect([mine?.id, mine?.unread, others]).toEqual([begun.id, { visitor: 1, agents: 0 }, []]);
    const messages = await asked<Message[]>(page, `'messages', '${begun.id}'`);
    expect(messages.map(({ author, body }) => `${author.kind}: ${body}`)).toEqual([
      'agent: On its way.',
      'visitor: Where is it?',
    ]);
    expect(await asked<Conversation>(page, `'markRead', '${begun.id}'`)).toMatchObject({ unread: { visitor: 0 } });
    const { data: read } = await site.client.get<Message[]>(`${path}/messages`);
    expect(read.every(({ readAt }) => readAt !== null)).toBe(true);
    expect(loaded.filter((each) => each === '/widget-live.js')).toHaveLength(1);
    expect(person.errors).toEqual([]);
    await person.close();
  });

  it('is nobody else’s: not the next person’s on this browser, not another browser’s', async () => {
    const site = await stage.site();
    const [first, second] = [await visit(browser()), await visit(browser())];
    const page = await first.open(site.origin);
    await ready(page);
    const { id } = await asked<Conversation>(page, `'startConversation', 'Hello'`);
    await call(page, `'reset'`);
    const elsewhere = await second.open(site.origin);
    await ready(elsewhere);
    for (const stranger of [page, elsewhere]) {
      expect(await asked(stranger, `'conversations'`)).toEqual([]);
      expect(await asked(stranger, `'messages', '${id}'`)).toBe('not_found');
      expect(await asked(stranger, `'sendMessage', '${id}', 'Hi'`)).toBe('not_found');
      expect(await asked(stranger, `'markRead', '${id}'`)).toBe('not_found');
    }
    expect([first.errors, second.errors]).toEqual([[], []]);
    await Promise.all([first.close(), second.close()]);
  });

  it('follows its user to another device with a proof, and not without', async () => {
    const site = await stage.site();
    const secret = await enforce(site);
    const proof = (userId: string) => createHmac('sha256', secret).update(userId).digest('hex');
    const user = `'user-${site.key.slice(-6)}'`;
    const userHash = proof(user.slice(1, -1));
    const people = [await visit(browser()), await visit(browser()), await visit(browser())] as const;
    const [laptop, phone, stranger] = await Promise.all(people.map((person) => person.open(site.origin)));
    if (!laptop || !phone || !stranger) throw new Error('Three pages were opened.');
    await Promise.all([laptop, phone, stranger].map(ready));
    await call(laptop, `'identify', ${user}, {name: 'Ann'}, {userHash: '${userHash}'}`);
    const { id } = await asked<Conversation>(laptop, `'startConversation', 'From my laptop'`);
    await call(phone, `'identify', ${user}, {}, {userHash: '${userHash}'}`);
    await eventually(async () => expect(await asked(phone, `'conversations'`)).toMatchObject([{ id }]));
    await call(stranger, `'identify', ${user}, {}, {userHash: '${'0'.repeat(64)}'}`);
    expect(await asked(stranger, `'conversations'`)).toEqual([]);
    expect(await asked(stranger, `'messages', '${id}'`)).toBe('not_found');
    expect(people.map(({ errors }) => errors)).toEqual([[], [], []]);
    await Promise.all(people.map((person) => person.close()));
  });

  it('goes on under a strict policy, with storage blocked', async () => {
    const site = await stage.site(({ host, key }) => ({
      head: `<script nonce="n1">Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });</script>${snippet({ host, key }).replaceAll('<script', '<script nonce="n1"')}`,
      headers: {
        'content-security-policy': `default-src 'none'; script-src 'nonce-n1'; connect-src ${host}; require-trusted-types-for 'script'`,
      },
    }));
    const person = await visit(browser());
    const page = await person.open(site.origin);
    // The policy forbids what a test would use to look for itself, so the page itself is asked, in its own words.
    await ready(page);
    expect(await asked(page, `'startConversation', 'Hello'`)).toMatchObject({ unread: { agents: 1 } });
    expect(await asked(page, `'conversations'`)).toHaveLength(1);
    expect([person.errors, person.console.filter((line) => /policy|refused/i.test(line))]).toEqual([[], []]);
    await person.close();
  });

  it('says so when the server is away, and goes on when it is back', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await ready(page);
    await person.context.setOffline(true);
    // The live part itself cannot be had.
    expect(typeof (await asked(page, `'startConversation', 'Hello'`))).toBe('string');
    await person.context.setOffline(false);
    await eventually(async () =>
      expect(await asked(page, `'startConversation', 'Again'`)).toMatchObject({ subject: null }),
    );
    await person.context.setOffline(true);
    expect(await asked(page, `'conversations'`)).toBe('offline');
    // Nobody listens to this one.
    await call(page, `'conversations'`);
    await person.context.setOffline(false);
    await eventually(async () => expect(await asked(page, `'conversations'`)).toHaveLength(1));
    expect(person.errors).toEqual([]);
    await person.close();
  });

  it('needs the visitor’s consent', async () => {
    const site = await stage.site();
    const person = await visit(browser());
    const page = await person.open(site.origin);
    await ready(page);
    await call(page, `'consent', 'denied'`);
    expect(await asked(page, `'startConversation', 'Hello'`)).toBe('denied');
    expect(person.errors).toEqual([]);
    await person.close();
  });
});

/** Turns identity verification on. @returns the secret. */
async function enforce({ client }: Site): Promise<string> {
  const made = await client.post<{ secret: string }>('/settings/identity-secret/rotate', {});
  await client.put('/settings', { identityVerification: 'enforce' });
  return made.data.secret;
}

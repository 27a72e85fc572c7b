/** The published guide, block by block: each call as it stands there, with its values and real ids, answers as it says. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/contract/event.ts';
import type { IngestReply } from '../../src/contract/ingest.ts';
import type { MergeReply } from '../../src/contract/merge.ts';
import type { Session } from '../../src/contract/session.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import type { Client } from '../support/client.ts';
import { type Callers, type ListeningServer, listen } from '../support/listening.ts';
import { CHROME } from '../support/normalising.ts';

/** What a visitor's browser and the proxy before us send with every request. */
const BROWSER = { 'user-agent': CHROME, 'cf-ipcountry': 'US', 'cf-ipcity': 'New York' };
const context = { timezone: 'America/New_York' };
const anonymousId = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';
const userId = 'user-123';
const JOHN = { name: 'John Doe', email: 'john@example.com' };

let listening: ListeningServer;
let server: Client;
let widget: Client;

beforeAll(async () => {
  listening = await listen({ TRUST_PROXY: '1' });
  listening.world.clock.set('2024-01-15T12:00:00Z');
});
beforeEach(async () => {
  ({ server, widget } = (await listening.callers(BROWSER)) as Callers);
});
afterAll(() => listening.close());

/** `TransactionalSupport('identify', id, traits)`, as the widget sends it. */
const identify = (traits: Readonly<Record<string, unknown>>) =>
  widget.post<IngestReply>('/visitors/identify', { userId, anonymousId, traits, context });
const john = async () => (await server.get<Visitor>(`/visitors/user:${userId}`)).data;

describe('identifying visitors', () => {
  it('basic identification: the anonymous visitor becomes the user', async () => {
    const before = await widget.post<IngestReply>('/events', { anonymousId, name: 'looked_around' });
    const answer = await identify(JOHN);
    expect(answer.status).toBe(200);
    const { visitorId } = before.data;
    expect(answer.data).toEqual({ visitorId, messageId: expect.any(String), status: 'accepted' });
    expect(await john()).toMatchObject({ id: visitorId, userId, ...JOHN, identified: true, eventCount: 1 });
  });

  it('with custom attributes: what is not a known field is an attribute', async () => {
    const lastLoginAt = new Date('2024-01-15T11:59:00Z').toISOString();
    const attributes = { plan: 'premium', company: 'Acme Inc', role: 'Admin', monthlySpend: 500, lastLoginAt };
    await identify({ ...JOHN, phone: '+1234567890', createdAt: '2024-01-01', ...attributes });
    const visitor = await john();
    const createdAt = '2024-01-01T00:00:00.000Z';
    expect(visitor).toMatchObject({ ...JOHN, phone: '+1234567890', createdAt });
    expect(visitor.attributes).toEqual({ ...attributes, createdAt });
    expect(visitor.company).toEqual({ id: expect.stringMatching(/^com_/), externalId: 'Acme Inc', name: 'Acme Inc' });
  });

  it('updating attributes: what is not named stays', async () => {
    await identify({ ...JOHN, plan: 'premium', role: 'Admin', monthlySpend: 500 });
    const answer = await widget.post<IngestReply>('/visitors/update', {
      userId,
      anonymousId,
      traits: { plan: 'enterprise', monthlySpend: 2000 },
    });
    expect(answer.data.status).toBe('accepted');
    expect((await john()).attributes).toEqual({ plan: 'enterprise', role: 'Admin', monthlySpend: 2000 });
  });
});

describe('API operations', () => {
  it('get visitor: answers in the shape of the guide', async () => {
    const avatarUrl = 'https://example.com/john.png';
    const traits = { ...JOHN, phone: '+1234567890', avatarUrl, plan: 'premium', company: 'Acme Inc' };
    const starts = Array.from({ length: 25 }, (_, day) => ({
      type: 'session',
      action: 'start',
      sessionId: `visit-${day}`,
      context,
      anonymousId,
      timestamp: day === 24 ? '2024-01-15T10:00:00Z' : `2024-01-${String(1 + (day % 14)).padStart(2, '0')}T10:00:00Z`,
    }));
    const identified = { type: 'identify', userId, anonymousId, traits, context, timestamp: '2024-01-01T10:00:00Z' };
    await widget.post('/batch', { items: [identified, ...starts] });

    const { data: list } = await server.get<Visitor[]>('/visitors');
    const { status, data } = await server.get<Visitor>(`/visitors/${list[0]?.id}`);
    expect(status).toBe(200);
    expect(data).toEqual({
      id: list[0]?.id,
      userId: 'user-123',
      name: 'John Doe',
      email: 'john@example.com',
      phone: '+1234567890',
      avatarUrl,
      attributes: { plan: 'premium', company: 'Acme Inc' },
      location: { city: 'New York', country: 'US', timezone: 'America/New_York' },
      browser: { name: 'Chrome', version: '120.0.0' },
      os: { name: 'macOS', version: '14.0' },
      firstSeenAt: '2024-01-01T10:00:00.000Z',
      lastSeenAt: '2024-01-15T10:00:00.000Z',
      conversationCount: 0,
      sessionCount: 25,
      ...BEYOND_THE_GUIDE,
    });
    expect(data.id).toMatch(/^vis_[0-9a-z]{26}$/);
  });

  it('get visitor: what is unknown is null, never missing', async () => {
    const { data: sent } = await server.post<IngestReply>('/events', { anonymousId, name: 'looked_around' });
    const { data } = await server.get<Visitor>(`/visitors/${sent.visitorId}`);
    const unknown = { userId: null, name: null, email: null, phone: null, avatarUrl: null, attributes: {} };
    const nowhere = { city: null, country: null, timezone: null };
    const nothing = { name: null, version: null };
    expect(data).toMatchObject({ ...unknown, location: nowhere, browser: nothing, os: nothing });
  });

  it('list visitors: data and meta', async () => {
    await identify(JOHN);
    const { data, meta } = await server.get<Visitor[]>('/visitors');
    expect(data).toEqual([await john()]);
    const counted = { page: 1, limit: 20, total: 1, totalPages: 1 };
    expect(meta).toEqual({ ...counted, nextCursor: null, totalIsEstimate: false });
  });

  it.each([
    ['search=john', ['user-123']],
    ['search=EXAMPLE.com', ['user-456', 'user-123']],
    ['identified=true', ['user-456', 'user-123']],
    ['identified=false', [null]],
    ['companyId=Acme%20Inc', ['user-123']],
    ['page=2&limit=1', ['user-456']],
    ['limit=2', [null, 'user-456']],
  ])('list visitors: ?%s', async (query, expected) => {
    const send = (path: string, body: object, time: string) =>
      server.post(path, { ...body, timestamp: `2024-01-15T10:00:0${time}Z` });
    await send('/visitors/identify', { userId, traits: { ...JOHN, company: 'Acme Inc' } }, '1');
    await send('/visitors/identify', { userId: 'user-456', traits: { email: 'jane@example.com' } }, '2');
    await send('/events', { anonymousId, name: 'looked_around' }, '3');
    const { data } = await server.get<Visitor[]>(`/visitors?${query}`);
    expect(data.map((visitor) => visitor.userId)).toEqual(expected);
  });

  it('list visitors: companyId is also the id of the company that a visitor shows', async () => {
    await identify({ ...JOHN, company: 'Acme Inc' });
    const { company } = await john();
    const { data } = await server.get<Visitor[]>(`/visitors?companyId=${company?.id}`);
    expect(data.map((visitor) => visitor.userId)).toEqual([userId]);
  });

  it('update visitor: answers the visitor as it is now', async () => {
    await identify({ ...JOHN, plan: 'premium', role: 'Admin' });
    const { id } = await john();
    const edit = { attributes: { plan: 'enterprise', accountManager: 'Jane Smith' } };
    const { status, data } = await server.put<Visitor>(`/visitors/${id}`, edit);
    expect([status, data.id]).toEqual([200, id]);
    expect(data.attributes).toEqual({ plan: 'enterprise', role: 'Admin', accountManager: 'Jane Smith' });
    expect(await john()).toEqual(data);
  });
});

describe('session tracking', () => {
  const see = (path: string, title: string, minute: number, page?: string) =>
    widget.post<IngestReply>('/pageviews', {
      anonymousId,
      sessionId: 'visit-1',
      url: `https://www.example.com${path}`,
      page,
      title,
      timestamp: new Date(Date.UTC(2024, 0, 15, 10, minute)).toISOString(),
    });

  it('custom page tracking: with and without a name', async () => {
    const { data: sent } = await see('/app#/home', 'Home', 0);
    await see('/app#/dashboard', 'User Dashboard', 1, '/dashboard');
    const { data } = await server.get<Session[]>(`/visitors/${sent.visitorId}/sessions`);
    expect(data[0]?.pages).toMatchObject([
      { url: '/app', title: 'Home', href: 'https://www.example.com/app#/home' },
      { url: '/dashboard', title: 'User Dashboard', href: 'https://www.example.com/app#/dashboard' },
    ]);
  });

  it('view sessions: times, duration and pages', async () => {
    const { data: sent } = await see('/', 'Home', 0);
    await see('/pricing', 'Pricing', 5);
    for (const [i, path] of ['/docs', '/blog', '/signup'].entries()) await see(path, path, 10 + i);
    const end = {
      type: 'session',
      action: 'end',
      sessionId: 'visit-1',
      anonymousId,
      timestamp: '2024-01-15T10:30:00Z',
    };
    await widget.post('/batch', { items: [end] });

    const { data } = await server.get<Session[]>(`/visitors/${sent.visitorId}/sessions`);
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      startedAt: '2024-01-15T10:00:00.000Z',
      endedAt: '2024-01-15T10:30:00.000Z',
      duration: 1800,
      pagesViewed: 5,
    });
    expect(data[0]?.id).toMatch(/^ses_[0-9a-z]{26}$/);
    expect(data[0]?.pages).toHaveLength(5);
    expect(data[0]?.pages.slice(0, 2)).toMatchObject([
      { url: '/', title: 'Home', viewedAt: '2024-01-15T10:00:00.000Z' },
      { url: '/pricing', title: 'Pricing', viewedAt: '2024-01-15T10:05:00.000Z' },
    ]);
  });
});

describe('event tracking', () => {
  it('track custom events, and view them, newest first', async () => {
    const purchase = { orderId: '12345', amount: 99.99, product: 'Pro Plan' };
    const usage = { feature: 'export_data', format: 'csv' };
    const bought = { name: 'purchase_completed', properties: purchase, timestamp: '2024-01-15T10:00:00Z' };
    const { data: sent } = await widget.post<IngestReply>('/events', { userId, anonymousId, ...bought });
    await widget.post('/events', { userId, anonymousId, name: 'feature_used', properties: usage });

    const { data } = await server.get<Event[]>(`/visitors/${sent.visitorId}/events`);
    expect(data).toMatchObject([
      { name: 'feature_used', properties: usage, timestamp: '2024-01-15T12:00:00.000Z' },
      { name: 'purchase_completed', properties: purchase, timestamp: '2024-01-15T10:00:00.000Z' },
    ]);
  });
});

describe('merging visitors', () => {
  it('identifying merges the anonymous history into the user who exists', async () => {
    await server.post('/visitors/identify', { userId, traits: JOHN });
    const { data: before } = await widget.post<IngestReply>('/events', { anonymousId, name: 'looked_around' });
    const { data: after } = await identify({});
    const { data: events } = await server.get<Event[]>(`/visitors/${after.visitorId}/events`);
    expect(events.map(({ name }) => name)).toEqual(['looked_around']);
    expect(await john()).toMatchObject({ id: after.visitorId, ...JOHN, mergedFrom: [before.visitorId] });
  });

  it('manual merge: the source is merged into the target', async () => {
    const { data: source } = await widget.post<IngestReply>('/events', { anonymousId, name: 'looked_around' });
    const { data: target } = await server.post<IngestReply>('/visitors/identify', { userId, traits: JOHN });
    const body = { sourceVisitorId: source.visitorId, targetVisitorId: target.visitorId };
    const { status, data } = await server.post<MergeReply>('/visitors/merge', body);
    expect(status).toBe(200);
    expect(data.merge).toMatchObject({ id: expect.stringMatching(/^mrg_/), kind: 'manual', ...body });
    const merged = { id: target.visitorId, ...JOHN, eventCount: 1, mergedFrom: [source.visitorId] };
    expect(data.visitor).toMatchObject(merged);
    expect((await server.get<Visitor>(`/visitors/${source.visitorId}`)).data).toEqual(data.visitor);
  });
});

/** What a visitor has beside what the guide shows. */
const BEYOND_THE_GUIDE = {
  device: 'desktop',
  known: true,
  identified: true,
  verified: false,
  displayName: 'John Doe',
  createdAt: null,
  firstContactAt: null,
  lastMessageAt: null,
  messageCount: 0,
  eventCount: 0,
  tags: [],
  repeat: true,
  company: { id: expect.stringMatching(/^com_/), externalId: 'Acme Inc', name: 'Acme Inc' },
  online: false,
  currentPage: null,
  currentSession: null,
  mergedFrom: [],
};

/** Visitors for the dashboard to show, sent as a customer's server sends them. */
import type { BatchItem, Client } from '../../sdk/index.ts';
import { CHROME } from '../support/normalising.ts';

const anonymousId = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';
const context = { userAgent: CHROME, country: 'US', city: 'New York', timezone: 'America/New_York' };

/** The visitor of the published guide, with one visit before the one it shows. @returns `vis_…`. */
export async function seedJohn(client: Client): Promise<string> {
  const visit = { anonymousId, sessionId: 'visit-2', context };
  const traits = { name: 'John Doe', email: 'john@example.com', phone: '+1234567890', createdAt: '2024-01-01' };
  const attributes = { plan: 'premium', company: 'Acme Inc', role: 'Admin', monthlySpend: 500, beta: true };
  const { results } = await stored(client, [
    { type: 'session', action: 'start', anonymousId, sessionId: 'visit-1', timestamp: '2024-01-01T10:00:00Z', context },
    { type: 'session', action: 'start', ...visit, timestamp: '2024-01-15T10:00:00Z' },
    {
      type: 'page',
      ...visit,
      url: 'https://www.example.com/?utm_source=newsletter',
      title: 'Home',
      referrer: 'https://www.google.com/',
      timestamp: '2024-01-15T10:00:00Z',
    },
    {
      type: 'page',
      ...visit,
      url: 'https://www.example.com/pricing',
      title: 'Pricing',
      timestamp: '2024-01-15T10:10:00Z',
    },
    {
      type: 'track',
      ...visit,
      name: 'purchase_completed',
      properties: { orderId: '12345', amount: 99.99, product: 'Pro Plan' },
      timestamp: '2024-01-15T10:20:00Z',
    },
    {
      type: 'track',
      ...visit,
      name: 'feature_used',
      properties: { feature: 'export_data', format: 'csv' },
      timestamp: '2024-01-15T10:30:00Z',
    },
    {
      type: 'identify',
      userId: 'user-123',
      anonymousId,
      traits: { ...traits, ...attributes, address: { city: 'New York', zip: '10001' } },
      timestamp: '2024-01-15T10:30:00Z',
      context,
    },
  ]);
  return results.at(-1)?.visitorId ?? '';
}

/** Identified visitors `Visitor 000` …, each seen a minute before the one before. */
export async function seedMany(client: Client, count: number): Promise<void> {
  const last = Date.parse('2024-01-15T09:00:00Z');
  const items = Array.from({ length: count }, (_, i): BatchItem => {
    const number = String(i).padStart(3, '0');
    const traits = { name: `Visitor ${number}`, email: `v${number}@example.com` };
    return { type: 'identify', userId: `many-${number}`, traits, timestamp: new Date(last - i * 60_000).toISOString() };
  });
  await stored(client, items);
}

/** Sends a batch of which every item has to be taken. */
export async function stored(client: Client, items: readonly BatchItem[]) {
  const answer = await client.batch(items);
  const refused = answer.results.filter(({ status }) => status !== 'accepted');
  if (refused.length > 0) throw new Error(`Not accepted: ${JSON.stringify(refused)}`);
  return answer;
}

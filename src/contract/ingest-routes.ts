/** The routes that widgets and servers send to, one row each. */
import {
  batchBody,
  batchReply,
  identifyBody,
  ingestReply,
  pageBody,
  trackBody,
  updateBody,
  visitorToken,
  visitorTokenBody,
} from './ingest.ts';
import type { IngestRoute } from './route.ts';

const single = { status: 200, data: ingestReply } as const;
const refusals = [400, 413] as const;
const ANSWER = {
  messageId: 'order-12345',
  visitorId: 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b',
  status: 'accepted',
} as const;

/** By operation id. */
export const ingestRoutes = {
  identify: {
    method: 'POST',
    path: '/visitors/identify',
    tag: 'Collecting',
    summary: 'Say who a visitor is',
    description: 'Makes the anonymous visitor the user, or merges it into the user who exists.',
    scope: 'ingest',
    takes: 'identify',
    body: identifyBody,
    answer: single,
    refusals,
    example: {
      body: {
        userId: 'user-123',
        anonymousId: '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21',
        traits: { name: 'John Doe', email: 'john@example.com', plan: 'premium', company: 'Acme Inc' },
      },
      answer: ANSWER,
    },
  },
  update: {
    method: 'POST',
    path: '/visitors/update',
    tag: 'Collecting',
    summary: 'Set attributes of a visitor',
    description: 'Per key; null removes.',
    scope: 'ingest',
    takes: 'update',
    body: updateBody,
    answer: single,
    refusals,
    example: { body: { userId: 'user-123', traits: { plan: 'enterprise', monthlySpend: 2000 } }, answer: ANSWER },
  },
  track: {
    method: 'POST',
    path: '/events',
    tag: 'Collecting',
    summary: 'Track an event',
    scope: 'ingest',
    takes: 'track',
    body: trackBody,
    answer: single,
    refusals,
    example: {
      body: {
        userId: 'user-123',
        name: 'purchase_completed',
        properties: { orderId: '12345', amount: 99.99, product: 'Pro Plan' },
        messageId: 'order-12345',
      },
      answer: ANSWER,
    },
  },
  page: {
    method: 'POST',
    path: '/pageviews',
    tag: 'Collecting',
    summary: 'Track a page view',
    scope: 'ingest',
    takes: 'page',
    body: pageBody,
    answer: single,
    refusals,
    example: {
      body: {
        anonymousId: '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21',
        url: 'https://www.example.com/dashboard',
        page: '/dashboard',
        title: 'User Dashboard',
      },
      answer: ANSWER,
    },
  },
  batch: {
    method: 'POST',
    path: '/batch',
    tag: 'Collecting',
    summary: 'Send up to 500 items of any kind',
    description:
      'Answered with 200 and a result for each item. One bad item harms none of its neighbours. Sending a batch again is safe: items stored before are duplicates.',
    scope: 'ingest',
    takes: 'batch',
    body: batchBody,
    answer: { status: 200, data: batchReply },
    refusals,
    example: {
      body: {
        items: [
          { type: 'session', action: 'start', sessionId: 'a1b2', anonymousId: '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21' },
          { type: 'track', name: 'feature_used', userId: 'user-123', properties: { feature: 'export_data' } },
        ],
      },
    },
  },
  issueVisitorToken: {
    method: 'POST',
    path: '/visitors/token',
    tag: 'Collecting',
    summary: 'Let a visitor read what is their own',
    description:
      'The token opens what is stored under the anonymousId, and everything of the person when the userId is proven. Sent as `X-Visitor-Token`, it is good for 24 hours.',
    scope: 'ingest',
    takes: 'token',
    body: visitorTokenBody,
    answer: { status: 200, data: visitorToken },
    refusals,
    example: { body: { anonymousId: '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21' } },
  },
} as const satisfies Record<string, IngestRoute>;

export type IngestOperation = keyof typeof ingestRoutes;

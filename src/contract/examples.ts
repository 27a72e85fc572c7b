/** Answers as they look, for the OpenAPI document. A test parses each with its shape. */

/** A visitor who was identified. */
export const VISITOR = {
  id: 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b',
  userId: 'user-123',
  name: 'John Doe',
  email: 'john@example.com',
  phone: '+1234567890',
  avatarUrl: 'https://www.example.com/avatars/john.png',
  attributes: { plan: 'premium', company: 'Acme Inc' },
  location: { city: 'New York', country: 'US', timezone: 'America/New_York' },
  browser: { name: 'Chrome', version: '120.0.0' },
  os: { name: 'macOS', version: '14.0' },
  device: 'desktop',
  firstSeenAt: '2024-01-01T10:00:00.000Z',
  lastSeenAt: '2024-01-15T10:00:00.000Z',
  conversationCount: 5,
  sessionCount: 25,
  known: true,
  identified: true,
  verified: false,
  displayName: 'John Doe',
  createdAt: '2024-01-01',
  firstContactAt: '2024-01-02T09:30:00.000Z',
  lastMessageAt: '2024-01-14T16:05:00.000Z',
  messageCount: 12,
  eventCount: 140,
  tags: ['vip'],
  repeat: true,
  company: { id: 'com_01hkw9x3v0e7ntcq5r8d2m4z6c', externalId: 'Acme Inc', name: 'Acme Inc' },
  online: false,
  currentPage: null,
  currentSession: null,
  mergedFrom: ['vis_01hkw9x3v0e7ntcq5r8d2m4z6d'],
};

/** A visit of two pages and more. */
export const SESSIONS = [
  {
    id: 'ses_01hm66fx80e7ntcq5r8d2m4z6b',
    startedAt: '2024-01-15T10:00:00.000Z',
    endedAt: '2024-01-15T10:30:00.000Z',
    duration: 1800,
    pagesViewed: 5,
    pages: [
      {
        url: '/',
        title: 'Home',
        viewedAt: '2024-01-15T10:00:00.000Z',
        timeOnPage: 40,
        href: 'https://www.example.com/',
      },
      {
        url: '/pricing',
        title: 'Pricing',
        viewedAt: '2024-01-15T10:00:40.000Z',
        timeOnPage: 95,
        href: 'https://www.example.com/pricing',
      },
    ],
    referrer: 'https://search.example.com/',
    utm: { source: 'newsletter' },
    landingPage: 'https://www.example.com/?utm_source=newsletter',
  },
];

/** A tracked event. */
export const EVENTS = [
  {
    id: 'evt_01hm66fx80e7ntcq5r8d2m4z6b',
    name: 'purchase_completed',
    properties: { orderId: '12345', amount: 99.99 },
    timestamp: '2024-01-15T10:00:00.000Z',
    receivedAt: '2024-01-15T10:00:00.210Z',
    sessionId: 'ses_01hm66fx80e7ntcq5r8d2m4z6b',
    source: 'browser',
  },
];

/** A publishable key. */
export const KEY = {
  id: 'key_01hkw9x3v0e7ntcq5r8d2m4z6b',
  kind: 'publishable',
  name: 'Website',
  hint: '9f3c',
  scopes: [],
  origins: ['https://www.example.com'],
  createdAt: '2024-01-01T10:00:00.000Z',
  createdBy: { keyId: 'key_01hkw9x3v0e7ntcq5r8d2m4z6c', name: 'First secret key' },
  lastUsedAt: '2024-01-15T10:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
};

/** A note that was changed once. */
export const NOTE = {
  id: 'not_01hm66fx80e7ntcq5r8d2m4z6b',
  visitorId: VISITOR.id,
  body: 'Prefers to be called in the morning.',
  createdAt: '2024-01-15T10:05:00.000Z',
  by: { keyId: 'key_01hkw9x3v0e7ntcq5r8d2m4z6c', name: 'Jane Smith' },
  updatedAt: '2024-01-15T10:06:00.000Z',
  updatedBy: { keyId: 'key_01hkw9x3v0e7ntcq5r8d2m4z6c', name: 'Jane Smith' },
};

/** Something a visitor wrote that nobody has read yet. */
export const MESSAGE = {
  id: 'msg_01hm66fx80e7ntcq5r8d2m4z6b',
  conversationId: 'cnv_01hm66fx80e7ntcq5r8d2m4z6b',
  author: { kind: 'visitor', name: null, by: null },
  type: 'text',
  body: 'Where is my order?',
  sentAt: '2024-01-15T10:05:00.000Z',
  readAt: null,
};

/** A conversation that waits for an answer. */
export const CONVERSATION = {
  id: 'cnv_01hm66fx80e7ntcq5r8d2m4z6b',
  visitorId: 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b',
  subject: 'Your order',
  status: 'open',
  createdAt: '2024-01-15T10:00:00.000Z',
  lastMessageAt: '2024-01-15T10:05:00.000Z',
  messageCount: 2,
  unread: { visitor: 0, agents: 1 },
  lastMessage: MESSAGE,
  by: { keyId: 'key_01hkw9x3v0e7ntcq5r8d2m4z6c', name: 'First secret key' },
};

/** The calls that can be tried: what each button is called, the code it shows, and the same code to run. */

/** Whatever takes the calls: the widget, or its stub. */
export type Support = (...call: readonly unknown[]) => void;

/** A call to try. */
export interface TriedCall {
  readonly title: string;
  /** As a page would write it. */
  readonly code: string;
  /** Does what `code` says; no page of ours runs text as code. */
  run(TransactionalSupport: Support): void;
}

/** In the order somebody would make them. */
export const CALLS: readonly TriedCall[] = [
  {
    title: 'Identify',
    code: `TransactionalSupport('identify', 'user-123', {
  name: 'John Doe',
  email: 'john@example.com',
  phone: '+1234567890',
  createdAt: '2024-01-01',
  // Custom attributes
  plan: 'premium',
  company: 'Acme Inc',
  role: 'Admin',
  monthlySpend: 500,
  lastLoginAt: new Date().toISOString()
});`,
    run: (TransactionalSupport) =>
      TransactionalSupport('identify', 'user-123', {
        name: 'John Doe',
        email: 'john@example.com',
        phone: '+1234567890',
        createdAt: '2024-01-01',
        plan: 'premium',
        company: 'Acme Inc',
        role: 'Admin',
        monthlySpend: 500,
        lastLoginAt: new Date().toISOString(),
      }),
  },
  {
    title: 'Update attributes',
    code: `// Update existing user attributes
TransactionalSupport('update', {
  plan: 'enterprise',
  monthlySpend: 2000
});`,
    run: (TransactionalSupport) => TransactionalSupport('update', { plan: 'enterprise', monthlySpend: 2000 }),
  },
  {
    title: 'Track a purchase',
    code: `TransactionalSupport('trackEvent', 'purchase_completed', {
  orderId: '12345',
  amount: 99.99,
  product: 'Pro Plan'
});`,
    run: (TransactionalSupport) =>
      TransactionalSupport('trackEvent', 'purchase_completed', {
        orderId: '12345',
        amount: 99.99,
        product: 'Pro Plan',
      }),
  },
  {
    title: 'Track feature usage',
    code: `TransactionalSupport('trackEvent', 'feature_used', {
  feature: 'export_data',
  format: 'csv'
});`,
    run: (TransactionalSupport) =>
      TransactionalSupport('trackEvent', 'feature_used', { feature: 'export_data', format: 'csv' }),
  },
  {
    title: 'Track a page view',
    code: `// When route changes
TransactionalSupport('trackPageView');`,
    run: (TransactionalSupport) => TransactionalSupport('trackPageView'),
  },
  {
    title: 'Name a page view',
    code: `// With custom page name
TransactionalSupport('trackPageView', {
  page: '/dashboard',
  title: 'User Dashboard'
});`,
    run: (TransactionalSupport) =>
      TransactionalSupport('trackPageView', { page: '/dashboard', title: 'User Dashboard' }),
  },
  {
    title: 'Log out',
    code: `// The next person is somebody else
TransactionalSupport('reset');`,
    run: (TransactionalSupport) => TransactionalSupport('reset'),
  },
];

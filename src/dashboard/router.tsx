/** Which address shows which page. The whole state of a page is in its address. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { BrokenPage } from './app/broken-page.tsx';
import { Frame } from './app/frame.tsx';
import { MissingPage } from './app/missing-page.tsx';
import { sessionQuery } from './data/queries.ts';
import { parseParameters, stringifyParameters } from './data/url-state.ts';
import { ProfilePage } from './profile/profile-page.tsx';
import { profileSearch } from './profile/profile-search.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { signInSearch } from './sign-in/sign-in-search.ts';
import { visitorSearch } from './visitors/visitor-search.ts';
import { VisitorsPage } from './visitors/visitors-page.tsx';

/** What addresses may ask before they show anything. */
interface Known {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Known>()({
  component: Outlet,
  errorComponent: BrokenPage,
  notFoundComponent: MissingPage,
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  // A link that was used already, or the back button.
  beforeLoad: async ({ context, search }) => {
    if (await isSignedIn(context)) throw redirect({ href: search.from ?? '/visitors', replace: true });
  },
  component: SignInPage,
});
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  // Before the page asks for what it would be refused.
  beforeLoad: async ({ context, location }) => {
    if ((await isSignedIn(context)) === false) throw redirect(toSignIn(location));
  },
  component: Frame,
});
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/visitors', replace: true });
  },
});
const visitors = createRoute({
  getParentRoute: () => frame,
  path: '/visitors',
  validateSearch: visitorSearch,
  component: VisitorsPage,
});
const profile = createRoute({
  getParentRoute: () => frame,
  path: '/visitors/$visitorId',
  validateSearch: profileSearch,
  component: ProfilePage,
});
const missing = createRoute({ getParentRoute: () => frame, path: '$', component: MissingPage });

const routeTree = root.addChildren([start, signIn, frame.addChildren([visitors, profile, missing])]);

/** The router; the pages find their state through it. */
export function createDashboardRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    basepath: '/dashboard',
    parseSearch: parseParameters,
    stringifySearch: stringifyParameters,
    defaultErrorComponent: BrokenPage,
  });
}

/** Leads to the sign-in page, and remembers where from. */
export function leadToSignIn(router: ReturnType<typeof createDashboardRouter>): void {
  if (router.state.location.pathname === '/sign-in') return;
  void router.navigate(toSignIn(router.state.location));
}

function toSignIn({ pathname, href }: { readonly pathname: string; readonly href: string }) {
  const from = pathname === '/' || href === '/visitors' ? undefined : href;
  return { to: '/sign-in', search: { ...(from && { from }) }, replace: true } as const;
}

/** Null when it cannot be told: the page says by itself what is wrong. */
async function isSignedIn({ queryClient }: Known): Promise<boolean | null> {
  return queryClient.fetchQuery(sessionQuery()).then(
    (session) => session !== null,
    () => null,
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>;
  }
  interface HistoryState {
    /** The id that was asked for, when it was merged away. */
    mergedFrom?: string;
  }
}

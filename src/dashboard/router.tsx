/** Which address shows which page. The whole state of a page is in its address. */
import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { BrokenPage } from './app/broken-page.tsx';
import { Frame } from './app/frame.tsx';
import { MissingPage } from './app/missing-page.tsx';
import { parseParameters, stringifyParameters } from './data/url-state.ts';
import { ProfilePage } from './profile/profile-page.tsx';
import { profileSearch } from './profile/profile-search.ts';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { signInSearch } from './sign-in/sign-in-search.ts';
import { visitorSearch } from './visitors/visitor-search.ts';
import { VisitorsPage } from './visitors/visitors-page.tsx';

const root = createRootRoute({ component: Outlet, errorComponent: BrokenPage, notFoundComponent: MissingPage });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: SignInPage,
});
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });
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
export function createDashboardRouter() {
  return createRouter({
    routeTree,
    basepath: '/dashboard',
    parseSearch: parseParameters,
    stringifySearch: stringifyParameters,
    defaultErrorComponent: BrokenPage,
  });
}

/** Leads to the sign-in page, and remembers where from. */
export function leadToSignIn(router: ReturnType<typeof createDashboardRouter>): void {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  const from = pathname === '/' || href === '/visitors' ? undefined : href;
  void router.navigate({ to: '/sign-in', search: { ...(from && { from }) }, replace: true });
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

/** The pages of the demo's site. All of them are one document, as in a single-page app. */

/** A page by its path. */
export interface Route {
  readonly path: string;
  /** In the navigation. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly points: readonly string[];
}

const HOME: Route = {
  path: '/demo',
  name: 'Home',
  title: 'Light that follows your day',
  text: 'Lumen dims your lamps when the sun does not. Look around, press the buttons below, and see what a support agent would know about you.',
  points: ['Every page you open is a page view', 'All tabs are one visit'],
};

/** In the order of the navigation. */
export const ROUTES: readonly Route[] = [
  HOME,
  {
    path: '/demo/pricing',
    name: 'Pricing',
    title: 'One price per room',
    text: 'Start with the lamp on your desk. Add the house when you are ready.',
    points: ['Desk · free', 'Home · 4 € a month', 'Pro Plan · 99.99 € a year'],
  },
  {
    path: '/demo/features',
    name: 'Features',
    title: 'Small lamps, long evenings',
    text: 'Sunrise, focus and film: three lights you never have to think about.',
    points: ['Sunrise alarm', 'Export of your data', 'Works offline'],
  },
  {
    path: '/demo/account',
    name: 'Account',
    title: 'Your rooms',
    text: 'Identify yourself below: what you did so far becomes part of your profile.',
    points: ['Living room · 40 %', 'Desk · off'],
  },
];

/** The page at a path; the first one where there is none. */
export function routeAt(path: string): Route {
  return ROUTES.find((route) => route.path === path.replace(/\/$/, '')) ?? HOME;
}

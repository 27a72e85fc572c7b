/** Segment's pages and screens as page views: where it was, what it is called, where the visitor came from. */
import { cleanText } from './clean.ts';
import { isWebUrl } from './page-url.ts';
import type { Fields } from './refusal.ts';
import { fieldsOf, given } from './segment-common.ts';

/**
 * The fields of a page view. The call's own properties win over what the SDK noted in `context.page`. A screen, or a
 * page called from a server, often has no address: it gets the path of its category and name.
 */
export function segmentPage(message: Fields, context: Fields): Fields {
  const own = fieldsOf(message.properties);
  const noted = fieldsOf(context.page);
  const either = (key: string) => given(own[key]) ?? given(noted[key]);
  const [category, name] = [given(message.category) ?? given(own.category), given(message.name) ?? given(own.name)];
  return {
    url: either('url') ?? withSearch(either('path'), either('search')) ?? pathOf([category, name]),
    page: joined(category, name),
    title: either('title'),
    referrer: webUrl(either('referrer') ?? fieldsOf(context.referrer).url),
  };
}

function withSearch(path: unknown, search: unknown): unknown {
  const isSearch = typeof search === 'string' && search.startsWith('?');
  return isSearch && typeof path === 'string' && !path.includes('?') ? path + search : path;
}

/** `['Docs', 'Getting started']` → `/Docs/Getting%20started`; undefined when there is no name at all. */
function pathOf(names: readonly unknown[]): string | undefined {
  const parts = names.filter(isText).map((name) => encodeURIComponent(cleanText(name.trim())));
  return parts.length > 0 ? `/${parts.join('/')}` : undefined;
}

/** `Docs Getting started`: as Segment's own SDKs put the two together. */
function joined(category: unknown, name: unknown): unknown {
  return isText(category) && isText(name) ? `${category} ${name}` : (name ?? category);
}

/** Browsers also name apps (`android-app://…`) and pages of their own, which no page view may have; nor is one lost. */
function webUrl(value: unknown): string | undefined {
  return typeof value === 'string' && isWebUrl(value.trim()) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

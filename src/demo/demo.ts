/** The demo page: its site, the calls to try, and the key of the workspace it reports to. */
import { CALLS, type Support, type TriedCall } from './calls.ts';
import { paint } from './paint.ts';
import { ROUTES, routeAt } from './routes.ts';
import { showSent } from './sent.ts';

const KEY = 'demo-key';
const NOBODY = 'Anonymous visitor';

type Page = Window & { TransactionalSupport?: Support & { q?: unknown[] } };

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

/** The page at the present address. */
function show(): void {
  const route = routeAt(location.pathname);
  document.title = `${route.name} – Lumen`;
  const heading = Object.assign(document.createElement('h1'), { textContent: route.title, tabIndex: -1 });
  const text = Object.assign(document.createElement('p'), { textContent: route.text });
  const list = document.createElement('ul');
  list.append(...route.points.map((point) => Object.assign(document.createElement('li'), { textContent: point })));
  byId('view').replaceChildren(heading, text, list);
  for (const link of document.querySelectorAll('#nav a')) {
    if (link.getAttribute('href') === route.path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function showNavigation(): void {
  const links = ROUTES.map(({ path, name }) => {
    const line = document.createElement('li');
    const link = Object.assign(document.createElement('a'), { href: path, textContent: name });
    link.dataset.route = '';
    line.append(link);
    return line;
  });
  byId('nav').append(...links);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-route]') : null;
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (link.pathname !== location.pathname) history.pushState({}, '', link.pathname);
    show();
    document.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
  addEventListener('popstate', show);
}

function showCalls(): void {
  byId('calls').append(...CALLS.map(card));
}

function card(call: TriedCall, index: number): HTMLElement {
  const article = Object.assign(document.createElement('article'), { className: 'call' });
  const head = Object.assign(document.createElement('div'), { className: 'call-head' });
  const title = Object.assign(document.createElement('h3'), { textContent: call.title, id: `call-${index}` });
  const button = Object.assign(document.createElement('button'), { className: 'primary', type: 'button' });
  button.textContent = 'Run';
  button.setAttribute('aria-label', `Run: ${call.title}`);
  button.addEventListener('click', () => {
    const { TransactionalSupport } = window as Page;
    if (TransactionalSupport) call.run(TransactionalSupport);
    if (call.title === 'Identify') byId('who').textContent = 'John Doe';
    if (call.title === 'Log out') byId('who').textContent = NOBODY;
  });
  const code = document.createElement('pre');
  // Scrolls sideways where it is narrow, so the keyboard has to reach it.
  code.tabIndex = 0;
  code.setAttribute('role', 'region');
  code.setAttribute('aria-labelledby', title.id);
  code.append(paint(call.code));
  head.append(title, button);
  article.append(head, code);
  return article;
}

/** The key in the address, which is remembered and taken out of it, else the one remembered. */
function findKey(): string | null {
  const address = new URL(location.href);
  const given = address.searchParams.get('key')?.trim();
  if (!given?.startsWith('pk_')) return localStorage.getItem(KEY);
  localStorage.setItem(KEY, given);
  address.searchParams.delete('key');
  history.replaceState({}, '', address);
  return given;
}

/** Who this browser is already: the widget remembers it over a reload. */
function showWho(key: string): void {
  const { userId } = JSON.parse(localStorage.getItem(`support-${key}-who`) ?? '{}') as { readonly userId?: string };
  byId('who').textContent = userId === undefined ? NOBODY : 'John Doe';
}

/** As the paste-in snippet does it, without script in the page. */
function loadWidget(key: string): void {
  const page = window as Page;
  const queue: unknown[] = [];
  page.TransactionalSupport = Object.assign((...call: readonly unknown[]) => void queue.push(call), { q: queue });
  const script = Object.assign(document.createElement('script'), { src: '/widget.js', async: true });
  script.dataset.key = key;
  document.head.append(script);
}

function start(): void {
  showNavigation();
  show();
  showCalls();
  showSent(byId('log'), (status) => {
    byId('refused').hidden = status !== 401;
  });
  // It scrolls, so the keyboard has to reach it.
  byId('log-frame').tabIndex = 0;
  byId('clear').addEventListener('click', () => byId('log').replaceChildren());
  byId('change-key').addEventListener('click', () => {
    localStorage.removeItem(KEY);
    location.assign('/demo');
  });
  const key = findKey();
  byId('key-form').hidden = key !== null;
  byId('work').hidden = key === null;
  if (key === null) return;
  byId('shown-key').textContent = `${key.slice(0, 10)}…`;
  showWho(key);
  loadWidget(key);
}

start();

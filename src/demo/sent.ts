/** Shows what the widget sends: looks at the requests of this page as they go by. */

type Item = Readonly<Record<string, unknown>>;

interface Result {
  readonly status?: string;
}

/** Entries the list keeps. */
const MAX_ENTRIES = 60;

/** Watches `fetch` from now on. @param list where entries go, newest first. @param answered is told each status. */
export function showSent(list: HTMLElement, answered: (status: number) => void): void {
  const original = window.fetch;
  window.fetch = async (input, init) => {
    const items = itemsOf(String(input), init?.body);
    const shown = items.map((item) => ({ item, ...entry(list, item) }));
    try {
      const answer = await original(input, init);
      if (items.length > 0) answered(answer.status);
      const results = await resultsOf(answer.clone());
      shown.forEach(({ item, status }, i) => {
        tell(status, answer.ok ? (results[i]?.status ?? 'sent') : `${answer.status}`, item);
      });
      return answer;
    } catch (thrown) {
      for (const { item, status } of shown) tell(status, 'no answer', item);
      throw thrown;
    }
  };
}

function itemsOf(url: string, body: unknown): readonly Item[] {
  if (!url.includes('/api/support/batch') || typeof body !== 'string') return [];
  return (JSON.parse(body) as { items: Item[] }).items;
}

async function resultsOf(answer: Response): Promise<readonly Result[]> {
  try {
    return ((await answer.json()) as { data: { results: Result[] } }).data.results;
  } catch {
    return [];
  }
}

function entry(list: HTMLElement, item: Item): { readonly status: HTMLElement } {
  const line = document.createElement('li');
  const status = part('status', '…');
  line.append(part('type', String(item.type)), part('what', summary(item)), status);
  list.prepend(line);
  while (list.children.length > MAX_ENTRIES) list.lastElementChild?.remove();
  return { status };
}

function part(className: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

function tell(status: HTMLElement, text: string, { type }: Item): void {
  status.textContent = text;
  status.classList.add(/^(accepted|duplicate|sent|rejected)$/.test(text) ? text : 'failed');
  status.title = `${String(type)}: ${text}`;
}

/** What an item says, in a few words. */
function summary(item: Item): string {
  const { type, name, action, page, title, url, userId, traits } = item;
  if (type === 'track') return `${String(name)} – ${facts(item.properties)}`;
  if (type === 'page') return `${String(page ?? new URL(String(url)).pathname)} – ${String(title ?? '')}`;
  if (type === 'session') return String(action);
  if (type === 'identify') return `${String(userId)}, ${Object.keys((traits ?? {}) as object).length} traits`;
  return facts(traits);
}

function facts(of: unknown): string {
  const pairs = Object.entries((of ?? {}) as Item);
  return pairs.map(([key, value]) => `${key}: ${String(value)}`).join(', ');
}

/** One event or page view: a line that opens to show its facts. */
import type { Event } from '../../../sdk/index.ts';
import { Expandable } from '../parts/expandable.tsx';
import { Icon } from '../parts/icon.tsx';
import { shownName } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';
import { Value } from '../parts/value.tsx';
import { Fact } from './fact.tsx';

/** The line. */
export function EventItem({ event }: { readonly event: Event }) {
  const isPage = event.id.startsWith('pgv_');
  const name = isPage ? pageName(event) : shownName(event.name, event.id);
  const path = isPage ? pathOf(event) : null;
  const properties = Object.entries(event.properties).filter(([, value]) => !isPage || value !== null);
  return (
    <Expandable
      summary={
        <span className="flex items-center gap-2.5">
          <Icon name={isPage ? 'page' : 'event'} className="text-muted" />
          <span className="foreign min-w-0 flex-1 truncate">
            <span className={isPage ? '' : 'font-medium'}>{name}</span>
            {path !== name && <span className="ms-2 text-xs text-muted">{path ?? preview(properties)}</span>}
          </span>
          <span className="shrink-0 text-xs text-muted">
            <Time at={event.timestamp} look="clock" />
          </span>
        </span>
      }
    >
      <dl>
        {properties.map(([name, value]) => (
          <Fact key={name} name={name}>
            <Value value={value} />
          </Fact>
        ))}
        <Fact name="Sent from">{event.source === 'browser' ? 'a browser' : 'a server'}</Fact>
      </dl>
    </Expandable>
  );
}

/** The first few values, to tell events of one name apart. */
function preview(properties: readonly (readonly [string, unknown])[]): string {
  return properties
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${String(value).slice(0, 60)}`)
    .join(' · ');
}

type PageFacts = Readonly<Record<'page' | 'title' | 'url', string | null>>;

function pageName(event: Event): string {
  const { page, title } = event.properties as PageFacts;
  return shownName(title ?? page ?? pathOf(event), event.id);
}

/** Where in the site: the host is the customer's own, on every line. */
function pathOf({ properties }: Event): string {
  const url = (properties as PageFacts).url ?? '';
  if (!URL.canParse(url)) return url;
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
}

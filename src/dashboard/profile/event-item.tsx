/** One event or page view: a line that opens to show its facts. */
import type { Event } from '../../../sdk/index.ts';
import { Expandable } from '../parts/expandable.tsx';
import { Icon } from '../parts/icon.tsx';
import { shownName } from '../parts/text.ts';
import { clockText } from '../parts/time-text.ts';
import { Value } from '../parts/value.tsx';
import { Fact } from './fact.tsx';

/** The line. */
export function EventItem({ event }: { readonly event: Event }) {
  const isPage = event.id.startsWith('pgv_');
  const properties = Object.entries(event.properties).filter(([, value]) => !isPage || value !== null);
  return (
    <Expandable
      summary={
        <span className="flex items-center gap-2.5">
          <Icon name={isPage ? 'page' : 'event'} className="text-muted" />
          <span className="foreign min-w-0 flex-1 truncate">
            <span className={isPage ? '' : 'font-medium'}>
              {isPage ? pageName(event) : shownName(event.name, event.id)}
            </span>
            {!isPage && <span className="ms-2 text-xs text-muted">{preview(properties)}</span>}
          </span>
          <time dateTime={event.timestamp} className="shrink-0 text-xs text-muted tabular-nums">
            {clockText(event.timestamp)}
          </time>
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

function pageName({ properties, id }: Event): string {
  const { page, title, url } = properties as Readonly<Record<string, string | null>>;
  return shownName(title ?? page ?? url ?? '', id);
}

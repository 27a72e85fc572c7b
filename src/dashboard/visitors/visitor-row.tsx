/** One visitor in the list. The whole row is the link on the name: it opens in a new tab as every link does. */
import { Link } from '@tanstack/react-router';
import type { Visitor } from '../../../sdk/index.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Badge } from '../parts/badge.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { countText, shownName } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';

/** Tags that fit beside a name. */
const SHOWN_TAGS = 2;

/** The row. */
export function VisitorRow({ visitor }: { readonly visitor: Visitor }) {
  const { id, email, company, tags, lastSeenAt, firstSeenAt, sessionCount, eventCount } = visitor;
  const name = shownName(visitor.displayName, id);
  return (
    <tr className="relative h-12 hover:bg-base-200 has-[[data-row]:focus-visible]:bg-base-200">
      <td className="px-3 py-1.5">
        <div className="flex items-center gap-2.5">
          <Avatar name={name} seed={id} url={visitor.avatarUrl} size="small" />
          <div className="min-w-0 flex-1">
            <div className="flex items-center gap-1.5">
              <Link
                to="/visitors/$visitorId"
                params={{ visitorId: id }}
                data-row
                title={name}
                className="foreign truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-primary"
              >
                {name}
              </Link>
              {tags.slice(0, SHOWN_TAGS).map((tag) => (
                <Badge key={tag} tone={tag === 'vip' ? 'tint' : 'plain'}>
                  {tag === 'vip' ? 'VIP' : tag}
                </Badge>
              ))}
              {tags.length > SHOWN_TAGS && (
                <Badge title={tags.slice(SHOWN_TAGS).join(', ')}>+{tags.length - SHOWN_TAGS}</Badge>
              )}
            </div>
            {email !== null && email !== name && (
              <p className="foreign truncate text-xs text-muted sm:hidden">{email}</p>
            )}
          </div>
        </div>
      </td>
      <td className="hidden truncate px-3 sm:table-cell">
        {email === null ? (
          <Nothing />
        ) : (
          <span className="foreign" title={email}>
            {email}
          </span>
        )}
      </td>
      <td className="hidden truncate px-3 lg:table-cell">
        {company === null ? (
          <Nothing />
        ) : (
          <span className="foreign" title={company.name}>
            {company.name}
          </span>
        )}
      </td>
      <td className="px-3 text-end text-muted sm:text-start">
        <Time at={lastSeenAt} />
      </td>
      <td className="hidden px-3 text-end tabular-nums md:table-cell">{countText(sessionCount)}</td>
      <td className="hidden px-3 text-end tabular-nums md:table-cell">{countText(eventCount)}</td>
      <td className="hidden px-3 text-muted xl:table-cell">
        <Time at={firstSeenAt} />
      </td>
    </tr>
  );
}

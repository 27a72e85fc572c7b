/** Who it is: picture, name, how well they are known, tags, and since when and until when they were seen. */
import { Avatar } from '../parts/avatar.tsx';
import { Badge } from '../parts/badge.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { shownName } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';
import type { ProfileVisitor } from './profile-visitor.ts';

/** The head of the page. */
export function ProfileHeader({ visitor }: { readonly visitor: ProfileVisitor }) {
  const { id, identified, known, verified, repeat, tags, lastSeenAt, email, company } = visitor;
  const name = shownName(visitor.displayName, id);
  return (
    <div className="flex items-start gap-4">
      <Avatar name={name} seed={id} url={visitor.avatarUrl} size="large" />
      <div className="min-w-0 flex-1">
        <h1 className="foreign line-clamp-3 text-xl font-semibold tracking-tight">{name}</h1>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-muted">
          <span>
            Last seen <Time at={lastSeenAt} />
          </span>
          {email !== null && email !== name && <span className="foreign max-w-full truncate">{email}</span>}
          {company !== null && <span className="foreign max-w-full truncate">{company.name}</span>}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-1.5">
          {identified ? (
            <Badge tone="tint" title="Has a user id of yours">
              Identified
            </Badge>
          ) : (
            <Badge title="Has no user id of yours yet">{known ? 'No user id' : 'Anonymous'}</Badge>
          )}
          {known && <Badge title="Name or email is known">Known</Badge>}
          {verified && (
            <Badge tone="good" title="User id and details were proven, or come from your servers">
              Verified
            </Badge>
          )}
          {repeat && <Badge title="Came at least twice">Repeat</Badge>}
          {tags.map((tag) => (
            <Badge key={tag} tone={tag === 'vip' ? 'tint' : 'plain'} title="Tag">
              {tag === 'vip' ? 'VIP' : tag}
            </Badge>
          ))}
          <span className="inline-flex min-w-0 items-center text-xs text-muted">
            <code className="foreign font-mono">{id}</code>
            <CopyButton text={id} what="the id" />
          </span>
        </div>
      </div>
    </div>
  );
}

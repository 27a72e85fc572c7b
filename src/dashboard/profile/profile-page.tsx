/** One visitor: who they are, and what is known of them part by part. Head and part are asked for at the same time. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { NotFoundError } from '../../../sdk/index.ts';
import { useTitle } from '../app/title.ts';
import { visitorQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { shownName } from '../parts/text.ts';
import { MergeNotice } from './merge-notice.tsx';
import { ProfileFacts } from './profile-facts.tsx';
import { ProfileHeader } from './profile-header.tsx';
import { DEFAULT_TAB } from './profile-search.ts';
import { ProfileSkeleton } from './profile-skeleton.tsx';
import { ProfileTabs } from './profile-tabs.tsx';
import { useSurvivor } from './survivor.ts';
import { TabPanel } from './tab-panel.tsx';

const route = getRouteApi('/frame/visitors/$visitorId');

/** The page. */
export function ProfilePage() {
  const { visitorId } = route.useParams();
  const { tab = DEFAULT_TAB, type } = route.useSearch();
  const { data: visitor, error, refetch } = useQuery(visitorQuery(visitorId));
  useSurvivor(visitorId, visitor);
  useTitle(visitor ? shownName(visitor.displayName, visitor.id) : 'Visitor');
  const isMissing = error instanceof NotFoundError || visitor === null;
  return (
    <div className="mx-auto max-w-7xl px-3 pb-10 sm:px-6">
      <nav aria-label="Path" className="py-4">
        <ol className="flex items-center gap-1 text-xs text-muted">
          <li>Support</li>
          <li aria-hidden="true">›</li>
          <li>
            <Link
              to="/visitors"
              className="inline-flex h-6 items-center gap-1 rounded-selector hover:text-base-content hover:underline"
            >
              Visitors
            </Link>
          </li>
        </ol>
      </nav>
      {isMissing ? (
        <Message icon="people" heading="There is no such visitor" level="h1">
          <p>The address may be mistyped, or the visitor was deleted.</p>
          <Link to="/visitors" className="btn btn-primary">
            <Icon name="back" /> To the visitors
          </Link>
        </Message>
      ) : error ? (
        <Failure what="The visitor" error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <MergeNotice />
          {visitor ? <ProfileHeader visitor={visitor} /> : <ProfileSkeleton />}
          <div className="mt-6 grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
            <div className="min-w-0 lg:order-none">
              <ProfileTabs tab={tab} visitor={visitor} />
              <TabPanel visitorId={visitorId} visitor={visitor} tab={tab} type={type} />
            </div>
            {visitor && <ProfileFacts visitor={visitor} />}
          </div>
        </>
      )}
    </div>
  );
}

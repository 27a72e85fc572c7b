/** One visit: when, how long, where from, and its pages. */
import type { Session } from '../../../sdk/index.ts';
import { Badge } from '../parts/badge.tsx';
import { Expandable } from '../parts/expandable.tsx';
import { OutsideLink } from '../parts/outside-link.tsx';
import { counted, durationText } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';
import { Fact } from './fact.tsx';
import { PageList } from './page-list.tsx';

/** A line that opens. */
export function SessionItem({
  session,
  isOpenAtFirst,
}: {
  readonly session: Session;
  readonly isOpenAtFirst: boolean;
}) {
  const { startedAt, endedAt, duration, pagesViewed, pages, referrer, utm, landingPage } = session;
  const campaign = Object.entries(utm ?? {});
  return (
    <Expandable
      isOpenAtFirst={isOpenAtFirst}
      summary={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <span className="font-medium">
            <Time at={startedAt} look="exact" />
          </span>
          {endedAt === null && <Badge tone="good">Open</Badge>}
          <span className="ms-auto flex gap-3 text-xs text-muted tabular-nums">
            <span>{counted(pagesViewed, 'page')}</span>
            <span>{durationText(duration)}</span>
          </span>
        </span>
      }
    >
      <dl>
        <Fact name="Ended">{endedAt === null ? 'Still open' : <Time at={endedAt} look="exact" />}</Fact>
        <Fact name="Came from">{referrer !== null && referrer !== '' ? <OutsideLink address={referrer} /> : null}</Fact>
        <Fact name="Landed on">{landingPage === null ? null : <OutsideLink address={landingPage} />}</Fact>
        {campaign.map(([name, value]) => (
          <Fact key={name} name={`UTM ${name}`}>
            {String(value)}
          </Fact>
        ))}
      </dl>
      <PageList pages={pages} pagesViewed={pagesViewed} />
    </Expandable>
  );
}

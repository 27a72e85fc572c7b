/** The part of a profile that is shown. */
import type { EventType } from '../data/queries.ts';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { AttributeList } from './attribute-list.tsx';
import { CompanyPart } from './company-part.tsx';
import { EventList } from './event-list.tsx';
import { MergeList } from './merge-list.tsx';
import { NoteList } from './note-list.tsx';
import { DEFAULT_EVENT_TYPE, type Tab } from './profile-search.ts';
import type { ProfileVisitor } from './profile-visitor.ts';
import { SessionList } from './session-list.tsx';

/** @param visitor undefined: on the way; lists do not wait for it. */
export function TabPanel({ visitorId, visitor, tab, type = DEFAULT_EVENT_TYPE }: TabPanelProps) {
  switch (tab) {
    case 'events':
      return <EventList visitorId={visitorId} type={type} eventCount={visitor?.eventCount} />;
    case 'sessions':
      return <SessionList visitorId={visitorId} />;
    case 'notes':
      return <NoteList visitorId={visitorId} />;
    case 'merges':
      return <MergeList visitorId={visitorId} />;
    case 'attributes':
      return visitor ? (
        <AttributeList
          attributes={visitor.attributes}
          hint="Whatever an identify or update sends beside name, email and phone is kept as an attribute."
        />
      ) : (
        <ListSkeleton what="the attributes" />
      );
    case 'company':
      return <CompanyPart visitorId={visitorId} />;
    default:
      return tab satisfies never;
  }
}

interface TabPanelProps {
  readonly visitorId: string;
  readonly visitor: ProfileVisitor | null | undefined;
  readonly tab: Tab;
  readonly type: EventType | undefined;
}

/** What is known of a visitor beside what they did: contact, place, device, times and counts. */
import { useNow } from '../app/clock.tsx';
import { countText } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';
import { momentText, timeIn } from '../parts/time-text.ts';
import { CopiedText } from './copied-text.tsx';
import { Fact } from './fact.tsx';
import { FactGroup } from './fact-group.tsx';
import { countryName } from './place.ts';
import type { ProfileVisitor } from './profile-visitor.ts';

/** The side of the page. */
export function ProfileFacts({ visitor }: { readonly visitor: ProfileVisitor }) {
  const now = useNow();
  const { email, phone, userId, company, location, browser, os, device } = visitor;
  const localTime = location.timezone === null ? null : timeIn(location.timezone, now);
  return (
    <aside aria-label="Facts" className="panel divide-y divide-line self-start">
      <FactGroup heading="Contact">
        <Fact name="Email">
          {email && <CopiedText text={email} what="the email" href={`mailto:${encodeURIComponent(email)}`} />}
        </Fact>
        <Fact name="Phone">{phone && <CopiedText text={phone} what="the phone number" href={phoneLink(phone)} />}</Fact>
        <Fact name="User id">{userId && <CopiedText text={userId} what="the user id" />}</Fact>
        <Fact name="Company">{company?.name ?? null}</Fact>
        {visitor.createdAt !== null && <Fact name="Customer since">{momentText(visitor.createdAt)}</Fact>}
      </FactGroup>
      <FactGroup heading="Place">
        <Fact name="City">{location.city}</Fact>
        <Fact name="Country">{location.country && countryName(location.country)}</Fact>
        <Fact name="Time zone">{location.timezone}</Fact>
        {localTime !== null && <Fact name="Time there">{localTime}</Fact>}
      </FactGroup>
      <FactGroup heading="Device">
        <Fact name="Browser">{joined(browser.name, browser.version)}</Fact>
        <Fact name="System">{joined(os.name, os.version)}</Fact>
        <Fact name="Device">{device}</Fact>
      </FactGroup>
      <FactGroup heading="Activity">
        <Fact name="First seen">
          <Time at={visitor.firstSeenAt} look="exact" />
        </Fact>
        <Fact name="Last seen">
          <Time at={visitor.lastSeenAt} look="exact" />
        </Fact>
        <Fact name="Sessions">{countText(visitor.sessionCount)}</Fact>
        <Fact name="Events">{countText(visitor.eventCount)}</Fact>
      </FactGroup>
    </aside>
  );
}

function joined(name: string | null, version: string | null): string | null {
  return name === null ? null : [name, version].filter(Boolean).join(' ');
}

/** Digits alone: a phone number is written in many ways, and anything else could be a command to the phone. */
function phoneLink(phone: string): string {
  return `tel:${phone.replaceAll(/[^\d+]/g, '')}`;
}

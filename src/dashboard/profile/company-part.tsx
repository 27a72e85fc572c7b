/** The company a visitor belongs to. */
import { useQuery } from '@tanstack/react-query';
import { companyQuery } from '../data/queries.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Failure } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { Message } from '../parts/message.tsx';
import { Time } from '../parts/time.tsx';
import { AttributeList } from './attribute-list.tsx';

/** What is known of it, or that there is none. */
export function CompanyPart({ visitorId }: { readonly visitorId: string }) {
  const { data: company, error, refetch } = useQuery(companyQuery(visitorId));
  if (error) return <Failure what="The company" error={error} onRetry={() => void refetch()} />;
  if (company === undefined) return <ListSkeleton what="the company" lines={3} />;
  if (company === null) {
    return (
      <Message icon="company" heading="No company">
        <p>
          It comes with the trait <code>company</code> of an identify or update.
        </p>
      </Message>
    );
  }
  return (
    <div className="pt-5">
      <div className="flex items-start gap-3">
        <span className="flex size-10 shrink-0 items-center justify-center rounded-field bg-base-200 text-muted">
          <Icon name="company" className="size-5" />
        </span>
        <div className="min-w-0">
          <h2 className="foreign text-base font-semibold">{company.name}</h2>
          <p className="text-muted">
            First named <Time at={company.createdAt} />
          </p>
          <p className="flex flex-wrap items-center gap-x-1 text-xs text-muted">
            <code className="foreign font-mono">{company.externalId}</code>
            <CopyButton text={company.externalId} what="your id of the company" />
            <code className="foreign font-mono">{company.id}</code>
            <CopyButton text={company.id} what="the company's id" />
          </p>
        </div>
      </div>
      <AttributeList
        attributes={company.attributes}
        hint="They come with a group call, or with the company of an identify."
      />
    </div>
  );
}

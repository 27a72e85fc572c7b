/** Shown when a page itself breaks: a fault of ours. */
import { Message } from '../parts/message.tsx';

/** Says so, and offers to begin anew. */
export function BrokenPage() {
  return (
    <div className="p-6">
      <Message icon="alert" heading="This page broke" level="h1">
        <p>Nothing is lost. Loading it again usually helps.</p>
        <button type="button" className="btn btn-primary" onClick={() => location.reload()}>
          Load again
        </button>
      </Message>
    </div>
  );
}

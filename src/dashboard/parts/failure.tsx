/** Something could not be read: why, what to do, and how the server's log names it. */
import { ConnectionError, ForbiddenError, TransactionalSupportError } from '../../../sdk/index.ts';
import { Icon } from './icon.tsx';

/** @param what could not be read, e.g. `The visitors`. @param onRetry asks again. */
export function Failure({ what, error, onRetry }: FailureProps) {
  const requestId = error instanceof TransactionalSupportError ? error.requestId : null;
  return (
    <div role="alert" className="flex flex-wrap items-start gap-3 rounded-box border border-error/50 p-4">
      <Icon name="alert" className="mt-0.5 text-error" />
      <div className="min-w-0 flex-1 basis-60 space-y-1">
        <p className="font-medium">{what} could not be loaded</p>
        <p className="foreign text-muted">{adviceFor(error)}</p>
        {requestId !== null && (
          <p className="foreign text-xs text-muted">
            Request <code>{requestId}</code>
          </p>
        )}
      </div>
      <button type="button" className="btn btn-sm" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

interface FailureProps {
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => void;
}

function adviceFor(error: Error): string {
  if (error instanceof ConnectionError) return 'The server could not be reached. Check your connection.';
  if (error instanceof ForbiddenError) {
    return `${error.message} Sign in with a key that has this scope, or ask whoever manages the keys.`;
  }
  return error.message;
}

/** Where a caller reaches this server, for addresses that are answered. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Doors } from './doors.ts';

/** What a request says of it. */
export interface Reached {
  readonly protocol: string;
  readonly headers: Pick<IncomingHttpHeaders, 'host'>;
}

/** `https://support.example.com`, without a slash at its end: what the operator says, else what the request was sent to. */
export function addressOf({ publicUrl }: Pick<Doors, 'publicUrl'>, { protocol, headers }: Reached): string {
  return publicUrl ?? `${protocol}://${headers.host ?? 'localhost'}`;
}

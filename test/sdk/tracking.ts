/** A tracker in front of a scripted server, for the tests of what it sends and what it tells. */
import type { ItemResult, TrackerFailure, TrackerOptions } from '../../sdk/index.ts';
import { answers, type Seen, type Step, scripted } from './fake.ts';

/** Takes every item. */
export const takes: Step = (seen, signal) => {
  const items: readonly { readonly messageId: string }[] = seen.body.items;
  const results = items.map(({ messageId }, index) => ({ index, messageId, status: 'accepted' }));
  return answers({ data: { results } })(seen, signal);
};

/** Takes the request, too, but its answer never arrives. */
export const loses: Step = () => Promise.reject(new TypeError('socket hang up'));

/** A tracker of a scripted server, and all it tells. @param retries of one batch. */
export function tracking(steps: readonly Step[], options: TrackerOptions = {}, retries = 0) {
  const failures: TrackerFailure[] = [];
  const results: ItemResult[] = [];
  const fake = scripted(steps, { retries });
  const tracker = fake.client.tracker({
    onError: (failure) => void failures.push(failure),
    onResult: (result) => void results.push(result),
    ...options,
  });
  return { ...fake, tracker, failures, results };
}

/** The names of the events of each batch. */
export const names = (seen: readonly Seen[]) =>
  seen.map(({ body }) => body.items.map((item: { name: string }) => item.name));
/** An event of this name. */
export const track = (name: string) => ({ userId: 'u', name });

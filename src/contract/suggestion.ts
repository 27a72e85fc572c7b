/** Two visitors who may be one person; somebody has to say so. */
import { z } from 'zod';
import { time, wireId } from './text.ts';

/** Why two visitors are thought to be one. */
export const suggestionReason = z.enum(['identified_conflict', 'known_user', 'same_email', 'unmerged_before']);
export type SuggestionReason = z.output<typeof suggestionReason>;

/** A merge that is proposed, and why. */
export const suggestion = z
  .object({
    id: wireId('suggestion'),
    reason: suggestionReason,
    sourceVisitorId: wireId('visitor'),
    targetVisitorId: wireId('visitor'),
    createdAt: time,
  })
  .meta({ id: 'MergeSuggestion' });
export type Suggestion = z.output<typeof suggestion>;

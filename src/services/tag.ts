/** Tags of a visitor. Each is kept by the survivor it was given to; a person has the tags of all their records. */
import { type Context, requireScope } from '../context.ts';
import type { TagBody } from '../contract/tag.ts';
import { Invalid, InvalidValue, NotFound } from '../errors.ts';
import type { Uuid, VisitorId } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { MAX_LENGTH } from '../limits.ts';
import { isNameableTag, isVisibleTag, normaliseTag } from '../normalise/tag.ts';
import { lockSurvivor, repeatMoved } from './survivor-lock.ts';
import { tagsOfTree } from './tag-union.ts';
import { answeredBy } from './visitor-ref.ts';
import { inWork, type Work } from './work.ts';

/** The tags of a person after a change. */
export interface TagsReply {
  readonly tags: readonly string[];
  /** The survivor. */
  readonly visitorId: VisitorId;
  /** The id that was asked for, when it was merged into this visitor. */
  readonly redirectedFrom: VisitorId | null;
}

/**
 * Gives a tag to whoever `ref` names. One the person has already changes nothing that is shown; the survivor keeps it
 * all the same, so that it stays with them when the visitor it came with is separated.
 *
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound}
 * @throws {InvalidValue} `missing_field`, `value_too_long` @throws {Invalid} for `.` and `..`
 */
export async function addTag(ctx: Context, ref: string, body: TagBody): Promise<TagsReply> {
  requireScope(ctx.caller, 'visitors:write');
  const tag = readTag(body.tag);
  return changeTags(ctx, ref, (work, survivorId) =>
    work.tx.run(hot`/* tag.add */
      INSERT INTO visitor_tag (workspace_id, record_id, tag, created_at, by)
      VALUES (${work.workspaceId}::uuid, ${survivorId}::uuid, ${tag}, ${work.now.toISOString()}::timestamptz,
        ${JSON.stringify(ctx.caller.by)}::jsonb)
      ON CONFLICT DO NOTHING`),
  );
}

/**
 * Takes a tag from every record of the person.
 *
 * @param tag in any spelling. @throws {Forbidden} without `visitors:write`.
 * @throws {NotFound} also when the person does not have it.
 */
export async function removeTag(ctx: Context, ref: string, tag: string): Promise<TagsReply> {
  requireScope(ctx.caller, 'visitors:write');
  return changeTags(ctx, ref, async (work, survivorId) => {
    const removed = await work.tx.run(hot`/* tag.remove */
      DELETE FROM visitor_tag t USING record r
      WHERE r.workspace_id = ${work.workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
        AND t.workspace_id = r.workspace_id AND t.record_id = r.id AND t.tag = ${normaliseTag(tag)}`);
    if (removed === 0) throw new NotFound('This visitor does not have this tag.');
  });
}

function readTag(text: string): string {
  const tag = normaliseTag(text);
  const at = (detail: string) => [{ pointer: '/tag', detail }];
  if (!isVisibleTag(tag)) throw new InvalidValue('missing_field', 'A tag may not be blank.', at('may not be blank'));
  if (!isNameableTag(tag)) throw new Invalid('This cannot be a tag.', at('may not be . or ..'));
  if (tag.length <= MAX_LENGTH.tag) return tag;
  const detail = `at most ${MAX_LENGTH.tag} characters`;
  throw new InvalidValue('value_too_long', 'The tag is too long.', at(detail), MAX_LENGTH.tag);
}

/** Record before profile, as everywhere. */
function changeTags(
  ctx: Context,
  ref: string,
  change: (work: Work, survivorId: Uuid) => Promise<unknown>,
): Promise<TagsReply> {
  return repeatMoved(() =>
    inWork(ctx, ctx.caller.workspaceId, async (work) => {
      const found = await lockSurvivor(work, ref);
      await change(work, found.survivorId);
      return { tags: await writeTags(work, found.survivorId), ...answeredBy(found, ref) };
    }),
  );
}

async function writeTags(work: Work, survivorId: Uuid): Promise<string[]> {
  const [row] = await work.tx.rows<{ tags: string[] }>(hot`/* tag.profile */
    UPDATE profile p SET tags = ${tagsOfTree(work.workspaceId, sql`p.id`)}
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = ${survivorId}::uuid
    RETURNING p.tags`);
  if (!row) throw new Error('A locked survivor has no profile.');
  return row.tags;
}

/** Deleting a person, its receipt and their chain; legal hold. */
import {
  type ChainVerification,
  type DeleteReply,
  type Erasure,
  type ErasureProgress,
  holdBody,
  type LegalHold,
  type Receipt,
  verifyBody,
} from '../src/contract/privacy.ts';
import { readId } from '../src/normalise/outside.ts';
import { deleteVisitor, getErasure, unsuppressErasure } from '../src/services/erasure.ts';
import { verifyErasures } from '../src/services/erasure-receipt.ts';
import { getHold, setHold } from '../src/services/legal-hold.ts';
import { builder } from './builder.ts';
import { readArguments } from './input.ts';
import { by } from './merge.ts';

const erasureStatus = builder.enumType('ErasureStatus', {
  description: 'How far a deletion is.',
  values: {
    running: { description: 'Nobody finds the person any more; their history is being deleted.' },
    done: { description: 'Nothing of theirs is left.' },
  } as const,
});

const receipt = builder.objectRef<Receipt>('Receipt').implement({
  description: 'What proves a deletion without telling who it was.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the erasure.' }),
    deletedAt: t.expose('deletedAt', { type: 'DateTime', description: 'From then on nobody finds the person.' }),
    counts: t.expose('counts', { type: 'JSONObject', description: 'Deleted rows by kind.' }),
    identifierHashes: t.exposeStringList('identifierHashes', { description: 'Keyed hashes of their ids, sorted.' }),
    previousHash: t.exposeString('previousHash', {
      nullable: true,
      description: 'Of the receipt before; null for the first.',
    }),
    hash: t.exposeString('hash', { description: 'SHA-256 over the canonical JSON of the other members.' }),
  }),
});

const erasureProgress = builder.objectRef<ErasureProgress>('ErasureProgress').implement({
  description: 'A deletion that goes on by itself.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the erasure.' }),
    status: t.expose('status', { type: erasureStatus, description: 'How far it is.' }),
    done: t.exposeInt('done', { description: 'Rows deleted so far.' }),
    total: t.exposeInt('total', { description: 'Rows to delete.' }),
  }),
});

const erasure = builder.objectRef<Erasure>('Erasure').implement({
  description: 'The deletion of one person.',
  fields: (t) => ({
    id: t.exposeID('id', { description: '`era_…`.' }),
    status: t.expose('status', { type: erasureStatus, description: 'How far it is.' }),
    done: t.exposeInt('done', { description: 'Rows deleted so far.' }),
    total: t.exposeInt('total', { description: 'Rows to delete.' }),
    receipt: t.expose('receipt', { type: receipt, nullable: true, description: 'Null while it runs.' }),
  }),
});

const deletePayload = builder.objectRef<DeleteReply>('DeleteVisitorPayload').implement({
  description: 'What deleting a person came to. Exactly one of the three is there.',
  fields: (t) => ({
    receipt: t.field({
      type: receipt,
      nullable: true,
      description: 'When everything is deleted.',
      resolve: (reply) => ('receipt' in reply ? reply.receipt : null),
    }),
    erasure: t.field({
      type: erasureProgress,
      nullable: true,
      description: 'When it takes longer.',
      resolve: (reply) => ('erasure' in reply ? reply.erasure : null),
    }),
    counts: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'Of a dry run: what would be deleted.',
      resolve: (reply) => ('counts' in reply ? reply.counts : null),
    }),
  }),
});

const verification = builder.objectRef<ChainVerification>('ChainVerification').implement({
  description: 'Whether the chain of receipts is whole.',
  fields: (t) => ({
    valid: t.exposeBoolean('valid', { description: 'Every receipt is what it was.' }),
    length: t.exposeInt('length', { description: 'Receipts in the chain.' }),
    brokenAt: t.exposeString('brokenAt', {
      nullable: true,
      description: 'Id of the first receipt that is not what it was, or is not there.',
    }),
  }),
});

const legalHold = builder.objectRef<LegalHold>('LegalHold').implement({
  description: 'Whether a visitor may be deleted.',
  fields: (t) => ({
    visitorId: t.exposeID('visitorId', { description: 'The survivor.' }),
    hold: t.exposeBoolean('hold', { description: 'While it is true nothing of theirs may be deleted or anonymized.' }),
    placedAt: t.expose('placedAt', { type: 'DateTime', nullable: true, description: 'When it was placed.' }),
    by: t.expose('by', { type: by, nullable: true, description: 'Who placed it.' }),
  }),
});

const VISITOR = '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.';

builder.queryFields((t) => ({
  erasure: t.field({
    type: erasure,
    description: 'How far a deletion is, or its receipt. Needs privacy:write.',
    args: { id: t.arg.id({ required: true, description: '`era_…`.' }) },
    resolve: (_root, { id }, ctx) => getErasure(ctx, readId(id)),
  }),
  legalHold: t.field({
    type: legalHold,
    description: 'Whether a visitor is on legal hold. Needs privacy:write.',
    args: { id: t.arg.id({ required: true, description: VISITOR }) },
    resolve: (_root, { id }, ctx) => getHold(ctx, readId(id)),
  }),
}));

builder.mutationFields((t) => ({
  deleteVisitor: t.field({
    type: deletePayload,
    description: 'Deletes a visitor and everything of theirs, for good. Needs privacy:write.',
    args: {
      id: t.arg.id({ required: true, description: `Any id of the person: ${VISITOR}` }),
      dryRun: t.arg.boolean({ description: 'Only answers the counts.' }),
    },
    resolve: (_root, { id, dryRun }, ctx) => deleteVisitor(ctx, readId(id), { dryRun: dryRun ?? false }),
  }),
  verifyErasures: t.field({
    type: verification,
    description: 'Verifies the chain of receipts. Needs privacy:write.',
    args: { receipt: t.arg({ type: 'JSONObject', description: 'One that you kept: it is looked for in the chain.' }) },
    resolve: (_root, args, ctx) => verifyErasures(ctx, readArguments(verifyBody, args)),
  }),
  unsuppressErasure: t.id({
    description: 'Lets a deleted person come back before the 30 days are over; answers the id. Needs privacy:write.',
    args: { id: t.arg.id({ required: true, description: '`era_…`.' }) },
    resolve: async (_root, { id }, ctx) => {
      await unsuppressErasure(ctx, readId(id));
      return id;
    },
  }),
  setLegalHold: t.field({
    type: legalHold,
    description: 'Places or releases a legal hold. Needs privacy:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      hold: t.arg.boolean({ required: true, description: 'Whether it is to stand.' }),
    },
    resolve: (_root, { id, hold }, ctx) => setHold(ctx, readId(id), readArguments(holdBody, { hold }).hold),
  }),
}));

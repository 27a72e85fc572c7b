/** Exporting a visitor: GraphQL carries no files, so it answers a link to one. */
import { EXPORT_FORMATS, type ExportLink, exportQuery } from '../src/contract/export.ts';
import { readId } from '../src/normalise/outside.ts';
import { createExportLink } from '../src/services/export-link.ts';
import { builder } from './builder.ts';
import { readArguments } from './input.ts';

const [json, csv] = EXPORT_FORMATS;
const exportFormat = builder.enumType('ExportFormat', {
  description: 'What an export is written as.',
  values: {
    [json]: { description: 'One JSON document.' },
    [csv]: { description: 'A zip of one CSV table per kind, and a manifest.' },
  } as const,
});

const exportLink = builder.objectRef<ExportLink>('ExportLink').implement({
  description: 'A file that can be fetched once, without a key.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Where it is. Whoever has this may fetch it.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'From then on there is nothing.' }),
  }),
});

builder.mutationField('exportVisitor', (t) =>
  t.field({
    type: exportLink,
    description: 'A link to everything that is stored about a visitor. Needs privacy:write.',
    args: {
      id: t.arg.id({ required: true, description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.' }),
      format: t.arg({ type: exportFormat, defaultValue: json, description: 'What to write it as.' }),
    },
    resolve: async (_root, { id, ...query }, ctx) => {
      const { format } = readArguments(exportQuery, query);
      const { token, expiresAt } = await createExportLink(ctx, readId(id), format);
      return { url: ctx.linkTo(`/exports/${token}`), expiresAt };
    },
  }),
);

/** A file that browsers are served, held in memory: compressed once, with a tag to ask again by. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A file by what is sent of it. */
export interface Asset {
  readonly type: string;
  /** By content encoding, the smallest first; the last is the file itself. */
  readonly forms: readonly AssetForm[];
}

interface AssetForm {
  readonly encoding: 'br' | 'gzip' | 'identity';
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Null when the file is not there. */
export async function readAsset(file: string, type: string): Promise<Asset | null> {
  const bytes = await readFile(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (!bytes) return null;
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const form = (encoding: AssetForm['encoding'], encoded: Buffer) => {
    return { encoding, bytes: encoded, etag: `"${hash}-${encoding}"` };
  };
  const forms = [
    form('br', brotliCompressSync(bytes)),
    form('gzip', gzipSync(bytes, { level: 9 })),
    form('identity', bytes),
  ];
  return { type, forms };
}

/** Sends the form the browser takes, or 304 when it has it. Headers of the answer are set before. */
export function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, forms }: Asset): FastifyReply {
  const accepted = acceptedEncodings(request.headers['accept-encoding']);
  const form = forms.find(({ encoding }) => accepted.has(encoding)) ?? (forms.at(-1) as AssetForm);
  reply.headers({ etag: form.etag, vary: 'Accept-Encoding', 'x-content-type-options': 'nosniff' });
  if (hasTag(request.headers['if-none-match'], form.etag)) return reply.code(304).send();
  if (form.encoding !== 'identity') reply.header('content-encoding', form.encoding);
  return reply.type(type).send(form.bytes);
}

/** What `Accept-Encoding` names, without what it forbids (`;q=0`). */
function acceptedEncodings(header: string | string[] | undefined): ReadonlySet<string> {
  const named = String(header ?? '').split(',');
  return new Set(
    named.filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each)).map((each) => each.split(';', 1)[0]?.trim() ?? ''),
  );
}

/** Tags are compared as the weak ones they become on the way. */
function hasTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

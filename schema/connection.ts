/** Lists after Relay's pattern, walked forward: every list has the same shape and the same arguments. */
import type { OutputRef } from '@pothos/core';
import { z } from 'zod';
import { type Page, type Slice, type SliceQuery, sliceArguments } from '../src/contract/page.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../src/limits.ts';
import { builder } from './builder.ts';

/** A stretch of a list, and how long the whole of it is: asked only when somebody wants to know. */
export interface Listed<Item> {
  readonly slice: Slice<Item>;
  readonly asked: SliceQuery;
  total(): Promise<number> | number;
}

/** The arguments of a connection that has no others. */
export const connectionArguments = z.strictObject(sliceArguments);

interface Edge<Item> {
  readonly node: Item;
  readonly slice: Slice<Item>;
  readonly index: number;
}

/** `first` and `after`, as arguments of a field. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ defaultValue: DEFAULT_PAGE_SIZE, description: `How many, 1 to ${MAX_PAGE_SIZE}.` }),
  after: t.string({ description: 'The cursor of an item: the list goes on behind it.' }),
}));

/** The connection type of a kind of items. @param of what it lists, in plural. */
export function connectionOf<Item extends object>(name: string, node: OutputRef<Item>, of: string) {
  const edge = builder.objectRef<Edge<Item>>(`${name}Edge`).implement({
    description: `One of the ${of}, and where it stands in the list.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'Asks for what is behind it, as `after`.',
        resolve: ({ slice, index }) => slice.cursorAt(index),
      }),
      // Pothos cannot see that an item of an unknown type is no list.
      node: t.field({ type: node, description: 'The item itself.', resolve: (each) => each.node as never }),
    }),
  });
  return builder.objectRef<Listed<Item>>(`${name}Connection`).implement({
    description: `A stretch of a list of ${of}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The items, each with its cursor.',
        resolve: ({ slice }) => slice.items.map((item, index) => ({ node: item, slice, index })),
      }),
      nodes: t.field({
        type: [node],
        description: 'The items alone.',
        resolve: ({ slice }) => slice.items,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Whether there is more.',
        resolve: ({ slice, asked }) => ({
          hasNextPage: slice.hasNextPage,
          hasPreviousPage: asked.cursor !== undefined,
          startCursor: slice.items.length > 0 ? slice.cursorAt(0) : null,
          endCursor: slice.items.length > 0 ? slice.cursorAt(slice.items.length - 1) : null,
        }),
      }),
      totalCount: t.int({ description: 'Items in the whole list.', resolve: (listed) => listed.total() }),
    }),
  });
}

/** A page that was counted when it was read. */
export function listedPage<Item>(page: Page<Item>, asked: SliceQuery): Listed<Item> {
  return { slice: page, asked, total: () => page.meta.total };
}

// A list that is read in pages is one list in the cache: each page is put behind those before it.
import type { FieldPolicy, Reference } from "@apollo/client/cache";

type Page = {
  edges: { node: Reference }[];
  /** Only a page that was asked for by itself says where the next one begins. */
  pageInfo?: { endCursor: string | null; hasNextPage: boolean };
};

/** For a connection whose items have ids of their own, and keep their order. */
export function inPages(): FieldPolicy<Page> {
  return {
    keyArgs: false,
    merge(known, page) {
      // What a subscription tells of items that are known has been written to the items themselves.
      if (!page.pageInfo || !known) return known ?? page;
      const there = new Set(known.edges.map(({ node }) => node.__ref));
      const more = page.edges.filter(({ node }) => !there.has(node.__ref));
      return { ...page, edges: [...known.edges, ...more] };
    },
  };
}

import * as z from 'zod';
import type { Instant } from '../../engine/instant.ts';
import { bodyOf } from './api.ts';
import { askGitHub, type GitHubOptions } from './request.ts';

export type Deliveries = {
  /** Ids of the deliveries since then that never succeeded, oldest first. GitHub keeps them for three days. */
  failed: (since: Instant) => Promise<number[]>;
  /** Has GitHub send one again, under the same delivery id. */
  redeliver: (id: number) => Promise<void>;
};

/** Ten pages of a hundred: what one look reads at most. */
const pages = 10;

/**
 * The deliveries of an App's webhook (`hook: '/app/hook'`, authorized by the App's JWT) or of a repository's
 * (`/repos/<owner>/<name>/hooks/<id>`), since GitHub sends none again by itself.
 * https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 */
export const deliveriesOf = (options: GitHubOptions, hook: string): Deliveries => ({
  failed: async (since) => {
    const all = await listed(options, hook, since);
    const arrived = new Set(all.filter(({ status_code }) => isSuccess(status_code)).map(({ guid }) => guid));
    const last = new Map(all.filter(({ guid }) => !arrived.has(guid)).map(({ guid, id }) => [guid, id]));
    return [...last.values()].reverse();
  },
  redeliver: async (id) => {
    await bodyOf(await askGitHub(options, `${hook}/deliveries/${id}/attempts`, 'POST'));
  },
});

const Listed = z.array(
  z.object({
    id: z.number().int(),
    guid: z.string(),
    status_code: z.number().int(),
    delivered_at: z.iso.datetime({ offset: true }),
  }),
);

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Newest first, as GitHub lists them, until one is older than `since`. */
async function listed(options: GitHubOptions, hook: string, since: Instant): Promise<z.infer<typeof Listed>> {
  const found: z.infer<typeof Listed> = [];
  let path: string | undefined = `${hook}/deliveries?per_page=100`;
  for (let page = 0; page < pages && path !== undefined; page += 1) {
    const answer = await askGitHub(options, path);
    const list = Listed.parse(await bodyOf(answer));
    const fresh = list.filter(({ delivered_at }) => Date.parse(delivered_at) >= since);
    found.push(...fresh);
    const cursor = fresh.length === list.length ? nextCursor(answer.headers.get('link')) : undefined;
    path = cursor === undefined ? undefined : `${hook}/deliveries?per_page=100&cursor=${encodeURIComponent(cursor)}`;
  }
  return found;
}

/** Of `<https://api.github.com/…?cursor=…>; rel="next"`: the cursor alone, so that no answer can lead elsewhere. */
const nextCursor = (link: string | null): string | undefined => {
  const next = link?.match(/<([^>]+)>;\s*rel="next"/)?.[1];
  return next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined);
};

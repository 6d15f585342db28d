import type { ListPageData } from '../../local/pages/list-page.ts';
import {
  ada,
  aRelease,
  askedTarget,
  aTarget,
  hour,
  newCommit,
  noon,
  oldCommit,
  rollout,
  shop,
} from '../approval/records.ts';

/** A herd in which a little of everything goes on. */
export function listData(): ListPageData {
  const asked = askedTarget();
  const till = {
    codebase: 'till',
    live: { image: 'till@1', release: 'c0ffee'.padEnd(40, '1'), order: 3, approved: true, since: noon - 3 * hour },
  } as const;
  const wasLive = { state: 'live' as const, at: noon - 50 * hour, version: 3, liveAt: noon - 50 * hour };
  return {
    now: noon,
    codebases: [shop],
    waiting: [{ target: asked, link: 'http://127.0.0.1:4000/approvals/v1.x.y' }],
    targets: [
      aTarget({ environment: 'staging' }),
      asked,
      aTarget({ ...till, environment: 'staging', rollout: { ...rollout, release: '77aa'.padEnd(40, '2') } }),
      aTarget({ ...till, environment: 'production', held: { number: 1, reason: 'black friday', by: ada, at: noon } }),
    ],
    releases: [
      aRelease({
        codebase: 'till',
        commit: '77aa'.padEnd(40, '2'),
        message: 'Round to five cents where the law says so',
        author: 'Alan Turing',
        pushedAt: noon - 4 * 60_000,
        environments: { staging: { state: 'rolling-out', at: noon, version: 4 } },
      }),
      aRelease({
        commit: newCommit,
        environments: {
          staging: { state: 'live', at: noon, version: 9 },
          production: { state: 'asked', at: noon, version: 4 },
        },
      }),
      aRelease({
        codebase: 'till',
        commit: 'beef'.padEnd(40, '3'),
        message: 'Try another printer',
        author: 'Ada Lovelace',
        pushedAt: noon - 2 * hour,
        state: 'failed',
        reason: 'the tests failed',
        environments: {},
      }),
      aRelease({
        codebase: 'till',
        commit: 'c0ffee'.padEnd(40, '1'),
        message: 'Print the total in bold',
        author: 'Ada Lovelace',
        pushedAt: noon - 5 * hour,
        environments: {
          staging: { state: 'live', at: noon, version: 2 },
          production: { state: 'live', at: noon, version: 2 },
        },
      }),
      aRelease({
        commit: oldCommit,
        message: 'Keep the basket for a week',
        pushedAt: noon - 51 * hour,
        environments: { staging: { state: 'replaced', at: noon, version: 2 }, production: wasLive },
      }),
    ],
    services: [
      { codebase: 'shop', environment: 'staging', url: 'http://127.0.0.1:5001' },
      { codebase: 'shop', environment: 'production', url: 'http://127.0.0.1:5002' },
    ],
    refreshSeconds: 5,
  };
}

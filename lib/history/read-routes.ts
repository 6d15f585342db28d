import * as z from 'zod';
import { answer } from './answer.ts';
import type { ReleaseAnswer, ReleasesAnswer, TargetAnswer, TargetsAnswer } from './answers.ts';
import { cursorOf, EntryPosition, positionOf, ReleasePosition, TargetPosition } from './cursor.ts';
import { entriesOfRelease, findRelease } from './find-release.ts';
import { findTarget, listTargets, recentEntriesOfTarget } from './find-target.ts';
import { imageBefore } from './image-before.ts';
import { listReleases } from './list-releases.ts';
import { releaseMissing, targetMissing } from './missing.ts';
import { problem } from './problem.ts';
import { listedView, releaseView, targetView } from './record-views.ts';
import { NoPath, NoQuery, ReleasePath, ReleaseQuery, ReleasesQuery, TargetPath, TargetsQuery } from './requests.ts';
import { route } from './route.ts';
import { entryView } from './views.ts';

const NoBody = z.undefined();
const badCursor = () => problem('bad-parameter', 'cursor: it is not one of this list', { parameter: 'cursor' });

export const getReleases = route(
  { method: 'GET', pattern: '/releases', scope: 'read' },
  { path: NoPath, query: ReleasesQuery, body: NoBody },
  async ({ query }, { table, now }) => {
    const { cursor, ...wanted } = query;
    const from = cursor === undefined ? undefined : positionOf(ReleasePosition, cursor);
    if (cursor !== undefined && from === undefined) return badCursor();
    const page = await listReleases(table, { ...wanted, from }, now());
    if (page.kind === 'bad-position') return badCursor();
    const value: z.infer<typeof ReleasesAnswer> = {
      releases: page.releases.map(listedView),
      ...(page.next && { next: cursorOf(page.next) }),
    };
    return answer(200, value);
  },
);

export const getRelease = route(
  { method: 'GET', pattern: '/releases/{codebase}/{commit}', scope: 'read' },
  { path: ReleasePath, query: ReleaseQuery, body: NoBody },
  async ({ path, query: { cursor } }, { table }) => {
    const from = cursor === undefined ? undefined : positionOf(EntryPosition, cursor);
    if (cursor !== undefined && from === undefined) return badCursor();
    const found = await findRelease(table, path.codebase, path.commit);
    if (found.kind !== 'found') return releaseMissing(found, path);
    const { release } = found;
    const [{ entries, next }, before] = await Promise.all([
      entriesOfRelease(table, release.codebase, release.commit, from),
      imageBefore(table, release),
    ]);
    const value: z.infer<typeof ReleaseAnswer> = {
      release: releaseView(release),
      ...(before && { before }),
      entries: entries.map(entryView),
      ...(next && { next: cursorOf(next) }),
    };
    return answer(200, value);
  },
);

export const getTargets = route(
  { method: 'GET', pattern: '/targets', scope: 'read' },
  { path: NoPath, query: TargetsQuery, body: NoBody },
  async ({ query: { cursor, codebase, limit } }, { table }) => {
    const from = cursor === undefined ? undefined : positionOf(TargetPosition, cursor);
    const another = from && codebase !== undefined && from.codebase !== codebase;
    if ((cursor !== undefined && from === undefined) || another) return badCursor();
    const { targets, next } = await listTargets(table, { codebase, limit, from });
    const value: z.infer<typeof TargetsAnswer> = {
      targets: targets.map(targetView),
      ...(next && { next: cursorOf(next) }),
    };
    return answer(200, value);
  },
);

export const getTarget = route(
  { method: 'GET', pattern: '/targets/{codebase}/{environment}', scope: 'read' },
  { path: TargetPath, query: NoQuery, body: NoBody },
  async ({ path: { codebase, environment } }, { table }) => {
    const found = await findTarget(table, codebase, environment);
    if (found.kind !== 'found') return targetMissing(found, { codebase, environment });
    const entries = await recentEntriesOfTarget(table, codebase, environment, 50);
    const value: z.infer<typeof TargetAnswer> = { target: targetView(found.target), entries: entries.map(entryView) };
    return answer(200, value);
  },
);

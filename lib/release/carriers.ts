import type { Builds } from '../build/builds.ts';
import type { Herd } from '../codebase/codebase.ts';
import type { Carriers, Owed } from '../engine/carry.ts';
import type { Addressed } from '../engine/decide-any.ts';
import type { Images } from '../image/images.ts';
import type { ReleaseEvent, StartAnswer } from './event.ts';

/** What a release owes: its build started, looked at, and its image confirmed. */
export function releaseCarriers({ herd, builds, images }: { herd: Herd; builds: Builds; images: Images }) {
  const start = async (codebaseName: string, commit: string, attempt: number): Promise<StartAnswer> => {
    const codebase = herd.byName(codebaseName);
    if (codebase === undefined) return { kind: 'refused', permanent: true, reason: 'the codebase is not in the herd' };
    // A first build cannot find its tag taken. A later one can, and could not push over it: the tag is immutable.
    const found = attempt > 1 ? await images.find(codebaseName, { tag: commit }) : undefined;
    return found === undefined ? builds.start(codebase, commit, attempt) : { kind: 'exists', digest: found.digest };
  };

  /** The build's word for the digest is a claim: the registry must have it, and under this commit's tag. */
  const confirm = async (codebase: string, commit: string, digest: string): Promise<ReleaseEvent> => {
    const found = await images.find(codebase, { digest });
    if (found?.tags.includes(commit))
      return { kind: 'registry-answered', digest, image: images.reference(codebase, digest) };
    const reason =
      found === undefined ? `the registry has no image ${digest}` : `${digest} is not tagged with this commit`;
    return { kind: 'registry-answered', digest, image: undefined, reason };
  };

  return {
    'start-build': async ({ attempt }, owed) =>
      about(owed, async ({ codebase, commit }) => {
        return { kind: 'start-answered', attempt, answer: await start(codebase, commit, attempt) };
      }),
    'look-build': async ({ buildId }, owed) =>
      about(owed, async () => ({ kind: 'build-observed', buildId, observed: await builds.look(buildId) })),
    'confirm-image': async ({ digest }, owed) =>
      about(owed, ({ codebase, commit }) => confirm(codebase, commit, digest)),
  } satisfies Carriers;
}

async function about(
  { record }: Owed,
  ask: (release: { codebase: string; commit: string }) => Promise<ReleaseEvent>,
): Promise<Addressed | undefined> {
  if (record.kind !== 'release') return undefined;
  const { codebase, commit } = record;
  return { of: 'release', codebase, commit, event: await ask({ codebase, commit }) };
}

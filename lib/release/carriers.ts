import type { Builds, Started } from '../build/builds.ts';
import { sizeToAsk } from '../build/machine.ts';
import type { Herd } from '../codebase/codebase.ts';
import type { Carriers, Owed } from '../engine/carry.ts';
import type { Addressed } from '../engine/decide-any.ts';
import type { Images } from '../image/images.ts';
import { GIVE_UP_AFTER } from './decide.ts';
import type { ReleaseEvent } from './event.ts';
import type { Release } from './record.ts';

/** The first thing that a release owes: its build started. It is all that the webhook may do. */
export function startCarrier({ herd, builds }: { herd: Herd; builds: Pick<Builds, 'start'> }) {
  const start = async ({ codebase: name, commit, machine }: Release, attempt: number): Promise<Started> => {
    const codebase = herd.byName(name);
    if (codebase === undefined) return { kind: 'refused', permanent: true, reason: 'the codebase is not in the herd' };
    return builds.start(codebase, commit, attempt, sizeToAsk(codebase, machine));
  };

  return {
    'start-build': async ({ attempt }, owed) =>
      waiting(owed, attempt, async (release) => {
        const answer = start(release, attempt).catch((error: unknown) => outOfReach(owed, error));
        return { kind: 'start-answered', attempt, answer: await answer };
      }),
  } satisfies Carriers;
}

/** A build service that cannot be asked for as long as one that refuses is given up has lost the push too. */
function outOfReach({ record, now }: Owed, error: unknown): Started {
  if (record.kind !== 'release' || now - record.queuedAt <= GIVE_UP_AFTER) throw error;
  const why = error instanceof Error ? error.name : 'unknown';
  return { kind: 'refused', permanent: false, reason: `the build service could not be asked (${why})` };
}

/** What a release owes: its build started and looked at, its image sought and confirmed. */
export function releaseCarriers({ herd, builds, images }: { herd: Herd; builds: Builds; images: Images }) {
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
    ...startCarrier({ herd, builds }),
    'seek-image': async ({ attempt }, owed) =>
      waiting(owed, attempt, async ({ codebase, commit }) => {
        const found = await images.find(codebase, { tag: commit });
        return { kind: 'image-sought', attempt, digest: found?.digest };
      }),
    'look-build': async ({ buildId }, owed) =>
      // The look is for a lost event: when the event came, nothing is left to be seen.
      owed.record.kind === 'release' && owed.record.build?.id === buildId && owed.record.state === 'building'
        ? about(owed, async () => ({ kind: 'build-observed', buildId, observed: await builds.look(buildId) }))
        : undefined,
    'confirm-image': async ({ digest }, owed) =>
      about(owed, ({ codebase, commit }) => confirm(codebase, commit, digest)),
  } satisfies Carriers;
}

type Asking = (release: Release) => Promise<ReleaseEvent>;

/** Only for a release that still waits for this attempt: one that was superseded meanwhile is not built. */
async function waiting(owed: Owed, attempt: number, ask: Asking): Promise<Addressed | undefined> {
  const { record } = owed;
  if (record.kind !== 'release' || record.state !== 'queued' || record.attempt !== attempt) return undefined;
  return about(owed, ask);
}

async function about({ record }: Owed, ask: Asking): Promise<Addressed | undefined> {
  if (record.kind !== 'release') return undefined;
  const { codebase, commit } = record;
  return { of: 'release', codebase, commit, event: await ask(record) };
}

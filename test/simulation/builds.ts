import type { Builds, Observed } from '../../lib/build/builds.ts';
import type { Images } from '../../lib/image/images.ts';
import { call, type Process } from './scheduler.ts';

export type Build = {
  id: string;
  commit: string;
  status: 'running' | 'succeeded' | 'failed' | 'lost';
  digest?: string;
};

/** The build service and the registry of the simulated world. */
export type Workshop = {
  builds: Build[];
  /** The digest that the tag of a commit is on. */
  tags: Map<string, string>;
  /** False: a running build of the same commit is not adopted. */
  adopts: boolean;
  isFull: () => boolean;
  started: (build: Build) => void;
  /** A machine is asked for. */
  asked: (id: string, size: string | undefined) => void;
};

const imageOf = (digest: string): string => `registry.test/drover/shop@${digest}`;

/** `Builds` as one process reaches it: it looks for a build that it can adopt, then starts one by an idempotent call. */
export function buildsOf(process: Process, workshop: Workshop): Builds {
  const { builds } = workshop;
  const adoptable = (id: string, commit: string) =>
    builds.find((build) => build.id === id) ??
    (workshop.adopts ? builds.find((build) => build.commit === commit && build.status === 'running') : undefined);
  return {
    async start(_codebase, commit, attempt, size) {
      const id = `${commit}.${attempt}`;
      const found = await call(process, 'look for a build', () => adoptable(id, commit));
      if (found !== undefined) return { kind: 'started', buildId: found.id };
      return call(
        process,
        'start a build',
        () => {
          workshop.asked(id, size);
          const again = adoptable(id, commit);
          if (again !== undefined) return { kind: 'started', buildId: again.id };
          if (workshop.isFull()) return { kind: 'refused', permanent: false, reason: 'the account is at its limit' };
          const build: Build = { id, commit, status: 'running' };
          workshop.started(build);
          builds.push(build);
          return { kind: 'started', buildId: id };
        },
        true,
      );
    },
    look: (buildId) => call(process, 'look at a build', () => observed(builds.find(({ id }) => id === buildId))),
  };
}

function observed(build: Build | undefined): Observed {
  const finished = { finishedAt: 0, phases: [] };
  switch (build?.status) {
    case undefined:
      return { kind: 'lost', reason: 'no such build' };
    case 'running':
      return { kind: 'running', phase: 'BUILD' };
    case 'succeeded':
      return { kind: 'succeeded', digest: build.digest, commit: build.commit, ...finished };
    case 'failed':
      return { kind: 'failed', reason: 'a test failed', ...finished };
    case 'lost':
      return { kind: 'lost', reason: 'fault' };
  }
}

/** The registry as one process reaches it. */
export function imagesOf(process: Process, { tags }: Workshop): Images {
  const found = (by: { tag: string } | { digest: string }) => {
    const digest = 'digest' in by ? by.digest : tags.get(by.tag);
    const on = [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
    return digest === undefined || on.length === 0 ? undefined : { digest, tags: on };
  };
  return {
    find: (_codebase, by) => call(process, 'find an image', () => found(by)),
    protect: (_codebase, _digest, _tag) => call(process, 'protect an image', () => undefined, true),
    reference: (_codebase, digest) => imageOf(digest),
  };
}

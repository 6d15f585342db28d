import { describe, expect, test } from 'vitest';
import { type BuiltOn, ColdCause } from '../../lib/build/machine.ts';
import { decideRelease, type ReleaseContext } from '../../lib/release/decide.ts';
import type { ReleaseEvent } from '../../lib/release/event.ts';
import { Release } from '../../lib/release/record.ts';
import { pushOf } from '../branch/pushes.ts';
import { frozen } from '../engine/frozen.ts';
import { BUILD, COMMIT, DIGEST, IMAGE, NOW } from './releases.ts';

const context = (builtOn: BuiltOn | undefined): ReleaseContext => ({
  now: NOW,
  key: { codebase: 'shop', commit: COMMIT },
  firstEnvironment: 'staging',
  builtOn,
  lookAfter: 60_000,
});
const pushed = (cold?: ColdCause, second = 1_000): ReleaseEvent => ({
  kind: 'pushed',
  push: pushOf('b', 'a', second),
  order: second * 1_000 + 500,
  newest: true,
  ...(cold && { cold }),
});
const answered = (attempt: number, reason?: string): ReleaseEvent => ({
  kind: 'start-answered',
  attempt,
  answer: reason === undefined ? { kind: 'started', buildId: BUILD } : { kind: 'refused', permanent: false, reason },
});
const lost = (reason: string): ReleaseEvent => ({
  kind: 'build-observed',
  buildId: BUILD,
  observed: { kind: 'lost', reason },
});
const failed: ReleaseEvent = {
  kind: 'build-observed',
  buildId: BUILD,
  observed: { kind: 'failed', reason: 'two tests failed', finishedAt: NOW, phases: [] },
};
const good: ReleaseEvent[] = [
  {
    kind: 'build-observed',
    buildId: BUILD,
    observed: { kind: 'succeeded', digest: DIGEST, commit: COMMIT, finishedAt: NOW, phases: [] },
  },
  { kind: 'registry-answered', digest: DIGEST, image: IMAGE },
];

function played(builtOn: BuiltOn | undefined, ...events: ReleaseEvent[]) {
  let release: Release | undefined;
  let last: ReturnType<typeof decideRelease> | undefined;
  for (const event of events) {
    last = decideRelease(release, frozen(event), context(builtOn));
    if (last.kind === 'ignored') throw new Error(last.reason);
    release = frozen(Release.parse(last.record));
  }
  if (last?.kind !== 'changed') throw new Error('nothing happened');
  return { release, effects: last.effects, text: last.remark?.text };
}
const auto: BuiltOn = { compute: 'auto' };

describe('the machine of a release', () => {
  test('is in the record with the effect that asks for it', () => {
    const { release, effects } = played(auto, pushed('lockfile'));
    expect(effects).toEqual([{ kind: 'start-build', attempt: 1 }]);
    expect(release).toMatchObject({ cold: 'lockfile', machine: { size: 'large' } });
    expect(played(auto, pushed()).release?.machine?.size).toBe('small');
    expect(played({ compute: 'xlarge' }, pushed('lockfile')).release?.machine?.size).toBe('xlarge');
    expect(played(undefined, pushed('lockfile')).release).not.toHaveProperty('machine');
  });

  test('is told with the start of the build', () => {
    expect(played(auto, pushed('lockfile'), answered(1)).text).toBe(
      `build ${BUILD} started on a large machine: the lockfile changed since the last good build`,
    );
    expect(played(undefined, pushed(), answered(1)).text).toBe(`build ${BUILD} started`);
  });

  test('stays while a start is refused for now, but for one that the account may not have', () => {
    const full = played(auto, pushed('lockfile'), answered(1, 'Cannot have more than 2 builds in queue'));
    expect(full.release?.machine?.size).toBe('large');
    const none = played(
      auto,
      pushed('lockfile'),
      answered(1, 'Cannot have more than 0 builds in queue for the account'),
    );
    expect(none.release?.machine).toEqual({ size: 'small', why: 'this account has no quota for large ones' });
    expect(none.text).toBe('to be built on a small machine: this account has no quota for large ones');
    expect(none.effects).toEqual([{ kind: 'start-build', attempt: 1, notBefore: NOW + 6_000 }]);
  });

  test('is the next size once a build ran out of memory, and the same after another fault', () => {
    const started = [pushed(), answered(1)];
    expect(played(auto, ...started, lost('Build container found dead')).release?.machine?.size).toBe('medium');
    expect(played(auto, ...started, lost('FAULT')).release?.machine?.size).toBe('small');
    expect(() => played(auto, ...started, lost('FAULT'), answered(2), lost('FAULT'))).not.toThrow();
  });

  test('is chosen anew for a person who asks for a build, by what its push told', () => {
    const rebuild: ReleaseEvent = { kind: 'rebuild', attempt: 1, by: { name: 'ann', how: 'api-token' } };
    const { release, effects } = played(auto, pushed('toolchain'), answered(1), failed, rebuild);
    expect(effects).toEqual([{ kind: 'seek-image', attempt: 2 }]);
    expect(release?.machine?.size).toBe('large');
  });

  test('is by the newest push where a failed commit is pushed again', () => {
    const again = played(auto, pushed('toolchain'), answered(1), failed, pushed(undefined, 2_000));
    expect(again.release).toMatchObject({ state: 'queued', machine: { size: 'small' } });
    expect(again.release).not.toHaveProperty('cold');
  });
});

test('a failed test is never built again by itself, on whatever machine', () => {
  const { release, effects } = played(auto, pushed('lockfile'), answered(1), failed);
  expect(release?.state).toBe('failed');
  expect(effects.map(({ kind }) => kind)).toEqual(['tell']);
});

describe('once built', () => {
  test.each(ColdCause.options)('a release that was cold (%s) tells its branch, and forgets it', (cause) => {
    const { release, effects } = played(auto, pushed(cause), answered(1), ...good);
    expect(effects).toContainEqual({ kind: 'send-branch', event: { kind: 'warmed', order: 1_000_500 } });
    expect(release).not.toHaveProperty('cold');
    expect(release?.machine?.size).toBe('large');
  });

  test('the usual release tells nothing: it costs the branch no write', () => {
    const { effects } = played(auto, pushed(), answered(1), ...good);
    expect(effects.map(({ kind }) => kind)).toEqual(['send-target']);
  });

  test('a cold build whose image is not there leaves it cold', () => {
    const gone: ReleaseEvent = { kind: 'registry-answered', digest: DIGEST, image: undefined };
    const [seen] = good;
    if (seen === undefined) throw new Error('no such event');
    expect(played(auto, pushed('lockfile'), answered(1), seen, gone).release).toMatchObject({
      state: 'failed',
      cold: 'lockfile',
    });
  });
});

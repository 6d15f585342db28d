import { describe, expect, test } from 'vitest';
import type { Observed } from '../../lib/build/builds.ts';
import { decideRelease, type ReleaseContext } from '../../lib/release/decide.ts';
import type { ReleaseEffect, ReleaseEvent } from '../../lib/release/event.ts';
import { Release } from '../../lib/release/record.ts';
import { pushOf } from '../branch/pushes.ts';
import { frozen } from '../engine/frozen.ts';
import { BUILD, COMMIT, DIGEST, IMAGE, NOW, ORDER, releases } from './releases.ts';

const by = { name: 'ann', how: 'api-token' } as const;
const push = pushOf('b', 'a', 2_000);
const LATER = 2_000_500;
const finished = { finishedAt: NOW - 1, phases: [{ name: 'BUILD', status: 'SUCCEEDED', seconds: 5 }] };
const observed = (what: Observed, buildId = BUILD): ReleaseEvent => ({
  kind: 'build-observed',
  buildId,
  observed: what,
});
const succeeded = { kind: 'succeeded', digest: DIGEST, commit: COMMIT, ...finished } as const;
const standing = (version: number): ReleaseEvent => ({
  kind: 'standing',
  environment: 'production',
  standing: { state: 'asked', at: NOW, version },
});

/** Every kind of event, and every difference that a row of the table makes. */
const events: Record<string, ReleaseEvent> = frozen({
  'pushed again, as newest': { kind: 'pushed', push, order: LATER, newest: true },
  'pushed, known': { kind: 'pushed', push, order: ORDER, newest: true },
  'pushed, late': { kind: 'pushed', push, order: LATER, newest: false },
  'pushed, late and older': { kind: 'pushed', push, order: ORDER - 1, newest: false },
  'newer push': { kind: 'newer-push', order: LATER },
  'newer push that is older': { kind: 'newer-push', order: ORDER },
  rebuild: { kind: 'rebuild', attempt: 1, by },
  'rebuild from an old page': { kind: 'rebuild', attempt: 0, by },
  'image found': { kind: 'image-sought', attempt: 1, digest: DIGEST },
  'no image found': { kind: 'image-sought', attempt: 1, digest: undefined },
  'image found for another attempt': { kind: 'image-sought', attempt: 2, digest: DIGEST },
  started: { kind: 'start-answered', attempt: 1, answer: { kind: 'started', buildId: BUILD } },
  'started for another attempt': { kind: 'start-answered', attempt: 2, answer: { kind: 'started', buildId: BUILD } },
  refused: { kind: 'start-answered', attempt: 1, answer: { kind: 'refused', permanent: false, reason: 'the limit' } },
  'refused for good': {
    kind: 'start-answered',
    attempt: 1,
    answer: { kind: 'refused', permanent: true, reason: 'no project' },
  },
  running: observed({ kind: 'running', phase: 'BUILD' }),
  succeeded: observed(succeeded),
  'another build succeeded': observed(succeeded, 'drover-shop:2'),
  'succeeded with another commit': observed({ ...succeeded, commit: 'b'.repeat(40) }),
  'succeeded without a digest': observed({ ...succeeded, digest: undefined }),
  'succeeded with nonsense': observed({ ...succeeded, digest: 'latest' }),
  'build failed': observed({ kind: 'failed', reason: 'two tests failed', ...finished }),
  'build lost': observed({ kind: 'lost', reason: 'FAULT' }),
  'registry agrees': { kind: 'registry-answered', digest: DIGEST, image: IMAGE },
  'registry has no such image': { kind: 'registry-answered', digest: DIGEST, image: undefined, reason: 'it has none' },
  'registry answers about another': { kind: 'registry-answered', digest: `sha256:${'e'.repeat(64)}`, image: IMAGE },
  standing: standing(3),
});

type Row = { state: Release['state']; effects: string[]; what?: string; record?: Partial<Release> };
const startAgain = ['seek-image 2'];
const offered = [`send-target staging ${LATER}`];
const again = { what: 'pushed-again', record: { order: LATER, pushedAt: 2_000_000 } };
const told = { effects: ['tell build-failed'], what: 'failed' };
const queuedRows: Record<string, Row> = {
  'pushed again, as newest': { state: 'queued', effects: [], ...again },
  'newer push': { state: 'superseded', effects: [], what: 'superseded' },
  'image found': { state: 'confirming', effects: ['confirm-image'], what: 'image-found', record: { claim: DIGEST } },
  'no image found': { state: 'queued', effects: ['start-build 1'] },
  started: {
    state: 'building',
    effects: [`look-build ${NOW + 60_000}`],
    what: 'build-started',
    record: { build: { id: BUILD, startedAt: NOW } },
  },
  refused: { state: 'queued', effects: [`start-build 1 ${NOW + 6_000}`] },
  'refused for good': { state: 'failed', ...told, record: { reason: 'the build could not be started: no project' } },
};
const { 'newer push': _superseded, ...handRows } = queuedRows;
const buildingRows: Record<string, Row> = {
  'pushed again, as newest': { state: 'building', effects: [], ...again },
  running: { state: 'building', effects: [`look-build ${NOW + 60_000}`] },
  succeeded: {
    state: 'confirming',
    effects: ['confirm-image'],
    what: 'build-succeeded',
    record: { claim: DIGEST, build: { id: BUILD, startedAt: NOW - 60_000, ...finished } },
  },
  'succeeded with another commit': { state: 'failed', ...told },
  'succeeded without a digest': { state: 'failed', ...told },
  'succeeded with nonsense': { state: 'failed', ...told },
  'build failed': { state: 'failed', ...told, record: { reason: 'two tests failed' } },
  'build lost': {
    state: 'queued',
    effects: startAgain,
    what: 'build-lost',
    record: { attempt: 2, lost: 1, queuedAt: NOW },
  },
};
const endedRows: Record<string, Row> = {
  'pushed again, as newest': {
    state: 'queued',
    effects: startAgain,
    what: 'queued',
    record: { order: LATER, attempt: 2, byHand: false },
  },
  rebuild: {
    state: 'queued',
    effects: startAgain,
    what: 'rebuild-asked',
    record: { order: ORDER, attempt: 2, byHand: true },
  },
};

/** The table of the drawing: what is not named here is ignored. */
const table: Record<string, Record<string, Row>> = {
  'none yet': {
    'pushed again, as newest': {
      state: 'queued',
      effects: ['start-build 1'],
      what: 'queued',
      record: { order: LATER, attempt: 1 },
    },
    'pushed, known': {
      state: 'queued',
      effects: ['start-build 1'],
      what: 'queued',
      record: { order: ORDER, attempt: 1 },
    },
    'pushed, late': { state: 'superseded', effects: [], what: 'superseded', record: { order: LATER, attempt: 0 } },
    'pushed, late and older': { state: 'superseded', effects: [], what: 'superseded', record: { order: ORDER - 1 } },
  },
  queued: queuedRows,
  'queued by hand': handRows,
  'queued for six hours': {
    ...queuedRows,
    refused: { state: 'failed', ...told, record: { reason: 'no build could be started for 6 hours: the limit' } },
  },
  building: buildingRows,
  'building, lost once': {
    ...buildingRows,
    'build lost': { state: 'failed', ...told, record: { reason: 'the build was lost twice: FAULT' } },
  },
  confirming: {
    'pushed again, as newest': { state: 'confirming', effects: [], ...again },
    'registry agrees': {
      state: 'built',
      effects: [`send-target staging ${ORDER}`],
      what: 'built',
      record: { digest: DIGEST, image: IMAGE },
    },
    'registry has no such image': { state: 'failed', ...told, record: { reason: 'it has none' } },
  },
  built: { 'pushed again, as newest': { state: 'built', effects: offered, ...again } },
  failed: endedRows,
  superseded: endedRows,
};

const context: ReleaseContext = {
  now: NOW,
  key: { codebase: 'shop', commit: COMMIT },
  firstEnvironment: 'staging',
  builtOn: { compute: 'auto' },
  lookAfter: 60_000,
};

function inWords(effect: ReleaseEffect): string {
  switch (effect.kind) {
    case 'seek-image':
      return `seek-image ${effect.attempt}`;
    case 'start-build':
      return `start-build ${effect.attempt}${effect.notBefore === undefined ? '' : ` ${effect.notBefore}`}`;
    case 'look-build':
      return `look-build ${effect.notBefore}`;
    case 'send-branch':
      return `send-branch ${effect.event.order}`;
    case 'send-target':
      return `send-target ${effect.environment} ${effect.event.offer.order}`;
    case 'tell':
      return `tell ${effect.message.kind}`;
    case 'confirm-image':
      return 'confirm-image';
  }
}

describe.each(Object.entries(releases))('a release that is %s', (state, release) => {
  test.each(Object.entries(events))('%s', (name, event) => {
    const row =
      name === 'standing' && release !== undefined ? { state: release.state, effects: [] } : table[state]?.[name];
    const decision = decideRelease(release, event, context);
    if (row === undefined) {
      expect(decision).toEqual({ kind: 'ignored', reason: expect.stringMatching(/^[a-z]+(-[a-z]+)*$/) });
      return;
    }
    if (decision.kind === 'ignored') throw new Error(`ignored: ${decision.reason}`);
    expect(decision.record).toMatchObject({ state: row.state, ...row.record });
    expect(decision.effects.map(inWords)).toEqual(row.effects);
    expect(decision.remark?.what).toBe(row.what);
    expect(decision.remark?.release).toBe(row.what === undefined ? undefined : COMMIT);
    expect(Release.parse(decision.record)).toEqual(decision.record);
  });
});

test('every row of the table names a state and an event that exist', () => {
  expect(Object.keys(table)).toEqual(Object.keys(releases));
  for (const row of Object.values(table).flatMap(Object.keys)) expect(Object.keys(events)).toContain(row);
});

test('what a build told is kept, whether it succeeded, failed or was lost for good', () => {
  const facts = { steps: [{ name: 'test', seconds: 2, result: 'failed' as const }], cache: 'hit', image: { bytes: 7 } };
  const compute = { type: 'ARM_CONTAINER', size: 'BUILD_GENERAL1_SMALL' };
  const told = { ...finished, logUrl: 'https://logs.example/1', facts, compute, cents: 0.34 };
  const kept = { ...facts, compute, cents: 0.34, logUrl: 'https://logs.example/1', ...finished };
  for (const [state, what] of [
    ['building', { kind: 'succeeded', digest: DIGEST, commit: COMMIT, ...told }],
    ['building', { kind: 'failed', reason: 'two tests failed', ...told }],
    ['building, lost once', { kind: 'lost', reason: 'FAULT', ...told }],
  ] satisfies [string, Observed][]) {
    const decision = decideRelease(releases[state], observed(what), context);
    expect(decision).toMatchObject({ kind: 'changed', record: { build: { id: BUILD, ...kept } } });
    if (decision.kind === 'changed') expect(Release.parse(decision.record)).toEqual(decision.record);
  }
});

test('while it builds, where its log is', () => {
  const running = observed({ kind: 'running', phase: 'BUILD', logUrl: 'https://logs.example/1' });
  const decision = decideRelease(releases.building, running, context);
  expect(decision).toMatchObject({ kind: 'changed', record: { build: { logUrl: 'https://logs.example/1' } } });
});

test('a codebase without an environment only builds', () => {
  const decision = decideRelease(
    releases.confirming,
    { kind: 'registry-answered', digest: DIGEST, image: IMAGE },
    { ...context, firstEnvironment: undefined },
  );
  expect(decision).toMatchObject({ kind: 'changed', record: { state: 'built' }, effects: [] });
});

describe('what a target says of a release', () => {
  const { built } = releases;
  const first = decideRelease(built, standing(3), context);
  const known = first.kind === 'changed' ? frozen(first.record) : undefined;

  test('an older or repeated word never replaces a newer one', () => {
    for (const version of [1, 2, 3])
      expect(decideRelease(known, standing(version), context)).toEqual({ kind: 'ignored', reason: 'said-already' });
  });

  test('a newer word keeps when it was live and who decided, and drops the old reason', () => {
    const decided = { kind: 'approved', ask: 1, by, at: NOW } as const;
    const before: Release | undefined = known && {
      ...known,
      environments: { production: { state: 'live', at: 1, version: 3, liveAt: 7, decision: decided, reason: 'old' } },
    };
    const decision = decideRelease(frozen(before), standing(4), context);
    expect(decision).toMatchObject({ kind: 'changed', effects: [] });
    if (decision.kind === 'changed')
      expect(decision.record.environments).toEqual({
        production: { state: 'asked', at: NOW, version: 4, liveAt: 7, decision: decided },
      });
  });
});

test('a refused start is tried again after the same wait, so that who waits longest is not asked least', () => {
  const waits = [0, 60_000, 600_000, 3_600_000].map((waited) => {
    const { queued } = releases;
    if (queued === undefined) throw new Error('no such release');
    const refused: ReleaseEvent = {
      kind: 'start-answered',
      attempt: 1,
      answer: { kind: 'refused', permanent: false, reason: 'the limit' },
    };
    const decision = decideRelease({ ...queued, queuedAt: NOW - waited }, refused, context);
    const [effect] = decision.kind === 'changed' ? decision.effects : [];
    return effect?.kind === 'start-build' && effect.notBefore !== undefined ? effect.notBefore - NOW : undefined;
  });
  expect(waits).toEqual([6_000, 6_000, 6_000, 6_000]);
});

test('an image of another commit is never taken for this one by a rebuild', () => {
  const { building } = releases;
  if (building?.build === undefined) throw new Error('no such release');
  const other = `sha256:${'f'.repeat(64)}`;
  const observed: Observed = { kind: 'succeeded', digest: other, commit: 'f'.repeat(40), finishedAt: NOW, phases: [] };
  const failed = decideRelease(building, { kind: 'build-observed', buildId: building.build.id, observed }, context);
  if (failed.kind !== 'changed') throw new Error('ignored');
  expect(failed.record).toMatchObject({ state: 'failed', refused: other });
  const by = { name: 'ann', how: 'api-token' } as const;
  const again = decideRelease(failed.record, { kind: 'rebuild', attempt: failed.record.attempt, by }, context);
  if (again.kind !== 'changed') throw new Error('ignored');
  const { attempt } = again.record;
  const sought = decideRelease(again.record, { kind: 'image-sought', attempt, digest: other }, context);
  expect(sought).toMatchObject({ kind: 'changed', record: { state: 'failed' } });
});

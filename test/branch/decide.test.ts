import { describe, expect, test } from 'vitest';
import { decideBranch } from '../../lib/branch/decide.ts';
import type { BranchEvent } from '../../lib/branch/event.ts';
import type { Branch } from '../../lib/branch/record.ts';
import { frozen } from '../engine/frozen.ts';
import { commitOf, pushOf } from './pushes.ts';

const first = pushOf('0', 'a', 1_000);
const branch: Branch = frozen({
  kind: 'branch',
  codebase: 'shop',
  commit: first.commit,
  order: 1_000_500,
  second: [{ push: first, order: 1_000_500 }],
});
const decide = (before: Branch | undefined, event: BranchEvent) => decideBranch(before, frozen(event), 'shop');
const pushed = (from: string, to: string, second: number): BranchEvent => ({
  kind: 'pushed',
  push: pushOf(from, to, second),
});

const headSeen = (letter: string, waited: number): BranchEvent => ({
  kind: 'head-seen',
  commit: commitOf(letter),
  order: 1_000_500,
  waited,
});

/** What becomes of a branch, and which commits were told that they are the newest, in turn. */
function history(...events: BranchEvent[]) {
  let record: Branch | undefined;
  const newest: string[] = [];
  for (const event of events) {
    const decision = decide(record, event);
    if (decision.kind === 'ignored') continue;
    record = frozen(decision.record);
    for (const effect of decision.effects)
      if (effect.kind === 'send-release' && effect.event.kind === 'pushed' && effect.event.newest)
        newest.push(effect.commit.slice(0, 1));
  }
  return { branch: record, newest };
}

describe('a branch', () => {
  test('takes the first push as the newest', () => {
    expect(decide(undefined, { kind: 'pushed', push: first })).toEqual({
      kind: 'changed',
      record: { ...branch, cold: { order: 1_000_500, cause: 'first-build' } },
      effects: [
        {
          kind: 'send-release',
          commit: first.commit,
          event: { kind: 'pushed', push: first, order: 1_000_500, newest: true, cold: 'first-build' },
        },
      ],
      remark: {
        what: 'pushed',
        text: 'pushed, as the newest',
        by: { name: 'ann', how: 'github-push' },
        release: first.commit,
        detail: { before: commitOf('0'), order: 1_000_500 },
      },
    });
  });

  test('takes a push of a later second as the newest, and tells the release before', () => {
    const decision = decide(branch, pushed('a', 'b', 1_001));
    expect(decision).toMatchObject({
      kind: 'changed',
      record: { commit: commitOf('b'), order: 1_001_500 },
      effects: [
        { kind: 'send-release', commit: commitOf('b'), event: { kind: 'pushed', newest: true, order: 1_001_500 } },
        { kind: 'send-release', commit: commitOf('a'), event: { kind: 'newer-push', order: 1_001_500 } },
      ],
    });
    if (decision.kind === 'changed') expect(decision.record.second).toHaveLength(1);
  });

  test('passes a push of an earlier second on as late, and is as it was', () => {
    const decision = decide(branch, pushed('0', 'b', 999));
    expect(decision).toEqual({
      kind: 'changed',
      record: branch,
      effects: [
        {
          kind: 'send-release',
          commit: commitOf('b'),
          event: { kind: 'pushed', push: pushOf('0', 'b', 999), order: 999_500, newest: false },
        },
      ],
    });
  });

  test('does not tell its own release of a newer push when the same commit is pushed again', () => {
    const decision = decide(branch, pushed('b', 'a', 1_005));
    if (decision.kind !== 'changed') throw new Error('not changed');
    expect(decision.effects).toHaveLength(1);
  });

  test('knows a push that was delivered twice', () => {
    expect(decide(branch, { kind: 'pushed', push: first })).toEqual({ kind: 'ignored', reason: 'push-known' });
  });

  test('lets another push of its second wait, tells no release of it, and asks for the head', () => {
    const decision = decide(branch, pushed('a', 'b', 1_000));
    expect(decision).toEqual({
      kind: 'changed',
      record: { ...branch, waiting: [pushOf('a', 'b', 1_000)], waited: 1 },
      effects: [{ kind: 'look-head' }],
      remark: {
        what: 'push-waits',
        text: 'pushed within the second of another: which one is the newest is asked',
        by: { name: 'ann', how: 'github-push' },
        release: commitOf('b'),
        detail: { before: commitOf('a') },
      },
    });
  });

  test('takes no push that seems to follow the newest for newer: a third of the second may be on its way', () => {
    // Pushed: b to a, a to c, c to b. The last arrives first, then the first: "c to b, b to a" looks like one way, and is none.
    const last = history(pushed('c', 'b', 1_000));
    expect(last.newest).toEqual(['b']);
    expect(history(pushed('c', 'b', 1_000), pushed('b', 'a', 1_000)).newest).toEqual(['b']);
    const known = history(pushed('c', 'b', 1_000), pushed('b', 'a', 1_000), headSeen('b', 1));
    expect([known.newest, known.branch?.commit]).toEqual([['b'], commitOf('b')]);
    const all = history(
      pushed('c', 'b', 1_000),
      pushed('b', 'a', 1_000),
      headSeen('b', 1),
      pushed('a', 'c', 1_000),
      headSeen('b', 2),
    );
    expect([all.newest, all.branch?.commit]).toEqual([['b'], commitOf('b')]);
  });

  test('asks again when a step of a second with more than one push is delivered once more: it may have been made again', () => {
    const two: Branch = { ...branch, waiting: [pushOf('a', 'b', 1_000)], waited: 1 };
    for (const again of [pushed('a', 'b', 1_000), { kind: 'pushed', push: first } as const])
      expect(decide(two, again)).toEqual({ kind: 'changed', record: two, effects: [{ kind: 'look-head' }] });
  });

  test('tells what waited that it is older when a later second begins', () => {
    const two: Branch = { ...branch, waiting: [pushOf('a', 'b', 1_000)], waited: 1 };
    const decision = decide(two, pushed('b', 'c', 1_001));
    expect(decision).toMatchObject({
      effects: [
        { commit: commitOf('c'), event: { kind: 'pushed', newest: true, order: 1_001_500 } },
        { commit: commitOf('b'), event: { kind: 'pushed', newest: false, order: 1_000_500 } },
        { commit: commitOf('a'), event: { kind: 'newer-push', order: 1_001_500 } },
      ],
    });
    if (decision.kind !== 'changed') throw new Error('not changed');
    expect(decision.record).not.toHaveProperty('waiting');
    expect(decision.record.second).toHaveLength(1);
  });

  test('remembers no more than twenty pushes of a second, and tells the releases of all', () => {
    let record: Branch = branch;
    const told = new Set<string>();
    const decides = (event: BranchEvent) => {
      const decision = decide(frozen(record), event);
      if (decision.kind !== 'changed') throw new Error(decision.reason);
      record = decision.record;
      for (const effect of decision.effects)
        if (effect.kind === 'send-release' && effect.event.kind === 'pushed') told.add(effect.commit);
    };
    const commit = (i: number) => `c${i.toString(16).padStart(39, '0')}`;
    for (let i = 0; i < 60; i++)
      decides({ kind: 'pushed', push: { ...first, before: commit(i), commit: commit(i + 1) } });
    expect(record.waiting).toHaveLength(20);
    decides({ kind: 'head-seen', commit: commit(60), order: record.order, waited: 60 });
    expect(record.second).toHaveLength(20);
    expect(record.commit).toBe(commit(60));
    expect(told.size).toBe(60);
  });

  describe('when the head is seen', () => {
    const waiting = [pushOf('c', 'd', 1_000), pushOf('d', 'f', 1_000)];
    const three: Branch = frozen({ ...branch, waiting, waited: 2 });
    const seen = (letter: string | undefined, order = 1_000_500, waited = 2): BranchEvent => ({
      kind: 'head-seen',
      commit: letter === undefined ? undefined : commitOf(letter),
      order,
      waited,
    });
    const lateAt = (letter: string, order: number) => ({
      commit: commitOf(letter),
      event: { kind: 'pushed', newest: false, order },
    });

    test('takes the push that led there as the newest; the others keep one order, since nobody knows more of them', () => {
      const decision = decide(three, seen('f'));
      expect(decision).toMatchObject({
        kind: 'changed',
        record: { commit: commitOf('f'), order: 1_000_501 },
        effects: [
          { commit: commitOf('f'), event: { kind: 'pushed', newest: true, order: 1_000_501 } },
          lateAt('d', 1_000_500),
          { commit: commitOf('a'), event: { kind: 'newer-push', order: 1_000_501 } },
        ],
      });
      if (decision.kind !== 'changed') throw new Error('not changed');
      expect(decision.record).not.toHaveProperty('waiting');
      expect(decision.record.second.map(({ push, order }) => [push.commit, order])).toEqual([
        [commitOf('d'), 1_000_500],
        [commitOf('a'), 1_000_500],
        [commitOf('f'), 1_000_501],
      ]);
    });

    test('gives what waited a lower order where the newest is so already', () => {
      expect(decide(three, seen('a'))).toMatchObject({
        kind: 'changed',
        record: { commit: commitOf('a'), order: 1_000_500, waited: 2 },
        effects: [lateAt('d', 1_000_499), lateAt('f', 1_000_499)],
        remark: { what: 'head-seen', text: 'the branch points here: this is the newest push', release: commitOf('a') },
      });
    });

    test('gives what waited the same order as the newest where a push that is on its way is newer than all', () => {
      expect(decide(three, seen('e'))).toMatchObject({
        record: { commit: commitOf('a'), order: 1_000_500 },
        effects: [lateAt('d', 1_000_500), lateAt('f', 1_000_500)],
        remark: {
          text: 'a newer push is on its way; until the next one this stays the newest',
          release: commitOf('a'),
        },
      });
    });

    test.each([
      ['is gone', seen(undefined), 'the branch is gone'],
      ['is not shown', { ...seen(undefined), refused: 'GitHub does not show it' }, 'GitHub does not show it'],
    ])('says so in the history where the branch %s', (_, event, why) => {
      expect(decide(three, event)).toMatchObject({
        record: { commit: commitOf('a') },
        effects: [lateAt('d', 1_000_500), lateAt('f', 1_000_500)],
        remark: {
          what: 'head-seen',
          text: `which push is the newest cannot be asked (${why}); until the next one this stays the newest`,
          release: commitOf('a'),
        },
      });
    });

    test('takes a push that was older until then as the newest, when the branch is back there', () => {
      const older = { push: pushOf('c', 'd', 1_000), order: 1_000_499 };
      const two: Branch = frozen({ ...branch, second: [older, ...branch.second] });
      expect(decide(two, seen('d', 1_000_500, 0))).toMatchObject({
        record: { commit: commitOf('d'), order: 1_000_501 },
        effects: [
          { commit: commitOf('d'), event: { kind: 'pushed', newest: true, order: 1_000_501 } },
          { commit: commitOf('a'), event: { kind: 'newer-push', order: 1_000_501 } },
        ],
      });
    });

    test.each([
      ['another push became the newest', seen('d', 1_000_499)],
      ['another push arrived', seen('d', 1_000_500, 1)],
    ])('asks again where %s since', (_, event) => {
      expect(decide(three, event)).toEqual({ kind: 'changed', record: three, effects: [{ kind: 'look-head' }] });
    });

    test.each([
      ['no push was seen yet', undefined, seen('a'), 'no-push-yet'],
      ['it is the newest already', branch, seen('a', 1_000_500, 0), 'head-makes-none-newer'],
      ['it belongs to a push that is still on its way', branch, seen('e', 1_000_500, 0), 'head-makes-none-newer'],
      ['the branch is gone', branch, seen(undefined, 1_000_500, 0), 'head-makes-none-newer'],
      ['the branch went on to another second', three, seen('d', 999_500), 'head-of-another-second'],
    ])('ignores it where %s', (_, before, event, reason) => {
      expect(decide(before, event)).toEqual({ kind: 'ignored', reason });
    });
  });
});

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

  test('asks for the head where the pushes of a second do not tell', () => {
    const decision = decide(branch, pushed('c', 'd', 1_000));
    expect(decision).toMatchObject({ kind: 'changed', record: { commit: commitOf('a') } });
    if (decision.kind === 'changed')
      expect(decision.effects.map(({ kind }) => kind)).toEqual(['send-release', 'look-head']);
  });

  test('remembers no more than twenty pushes of a second', () => {
    let record: Branch = branch;
    for (let i = 0; i < 60; i++) {
      const push = {
        ...first,
        before: i.toString(16).padStart(40, '1'),
        commit: (i + 1).toString(16).padStart(40, '1'),
      };
      const decision = decide(frozen(record), { kind: 'pushed', push });
      if (decision.kind === 'changed') record = decision.record;
    }
    expect(record.second).toHaveLength(20);
    expect(record.commit).toBe((60).toString(16).padStart(40, '1'));
  });

  describe('when the head is seen', () => {
    const [older, newer] = [
      { push: pushOf('c', 'd', 1_000), order: 1_000_499 },
      { push: first, order: 1_000_500 },
    ];
    const two: Branch = frozen({ ...branch, second: [older, newer] });
    const seen = (letter: string | undefined, order = 1_000_500): BranchEvent => ({
      kind: 'head-seen',
      commit: letter === undefined ? undefined : commitOf(letter),
      order,
    });

    test('takes the push that led there as the newest', () => {
      expect(decide(two, seen('d'))).toMatchObject({
        kind: 'changed',
        record: { commit: commitOf('d'), order: 1_000_501 },
        effects: [
          { commit: commitOf('d'), event: { kind: 'pushed', newest: true, order: 1_000_501 } },
          { commit: commitOf('a'), event: { kind: 'newer-push', order: 1_000_501 } },
        ],
      });
    });

    test('asks again where another push became the newest meanwhile', () => {
      expect(decide(two, seen('d', 1_000_499))).toEqual({
        kind: 'changed',
        record: two,
        effects: [{ kind: 'look-head' }],
      });
    });

    test.each([
      ['no push was seen yet', undefined, seen('a'), 'no-push-yet'],
      ['it is the newest already', two, seen('a'), 'head-is-newest-already'],
      ['it belongs to a push that is still on its way', two, seen('e'), 'head-of-another-push'],
      ['the branch is gone', two, seen(undefined), 'head-of-another-push'],
      ['the branch went on to another second', two, seen('d', 999_500), 'head-of-another-second'],
    ])('ignores it where %s', (_, before, event, reason) => {
      expect(decide(before, event)).toEqual({ kind: 'ignored', reason });
    });
  });
});

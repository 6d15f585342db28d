import { expect, test } from 'vitest';
import { decideAny } from '../../lib/engine/decide-any.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { NOW, targets } from '../target/states.ts';

const nobody = { codebases: [], byName: () => undefined, byRepository: () => undefined };
const policy = { herd: nobody, lookAfter: 1_000, watchAfter: 1_000, lease: 90_000 };
const decide = (event: TargetEvent, now: number) =>
  decideAny(targets.asked, { of: 'target', codebase: 'shop', environment: 'production', event }, policy, {
    now,
    version: 9,
  });

test('a question about a codebase that was taken off the list ends with its time, and nothing else happens there', () => {
  const ask = targets.asked?.candidate?.ask;
  if (!ask) throw new Error('nothing is asked');
  const by = { name: 'ann', how: 'operator' } as const;
  expect(decide({ kind: 'hold', holds: 0, reason: 'why', by }, NOW)).toEqual({
    kind: 'ignored',
    reason: 'not-in-the-herd',
  });
  const expired = decide({ kind: 'ask-expired', ask: ask.number }, ask.expiresAt + 1);
  expect(expired).toMatchObject({ kind: 'changed', record: { candidate: null, rollout: null } });
});

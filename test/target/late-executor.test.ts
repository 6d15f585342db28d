import { describe, expect, test } from 'vitest';
import type { Applied, Cluster, Watched } from '../../lib/cluster/cluster.ts';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import type { Images } from '../../lib/image/images.ts';
import { targetCarriers } from '../../lib/target/carriers.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { aCandidate, ada, aTarget, commitOf, digestOf, imageOf, noon, play } from './play.ts';

const asked = { number: 1, running: imageOf('a'), askedAt: noon, expiresAt: noon + 3_600_000 };
const shown = {
  release: commitOf('b'),
  digest: digestOf('b'),
  running: asked.running,
  ask: 1,
  expiresAt: asked.expiresAt,
};
const approved: TargetEvent = { kind: 'approved', shown, by: ada };
const rollingOut = play(aTarget({ candidate: aCandidate }), [approved]).target;
const unwilling = 'images must be signed';

/** Seconds after noon: a lease is 90 of them. */
const at = (after: number, event: TargetEvent) => ({ at: noon + after * 1_000, event });
const answered = (number: number, answer: Applied): TargetEvent => ({ kind: 'apply-answered', number, answer });
const seen = (image: string, more: Partial<Watched> = {}): TargetEvent => ({
  kind: 'watched',
  number: 5,
  watched: { image, status: 'complete', reason: 'as it should be', ...more },
});

describe('a way back whose number the cluster refuses', () => {
  // Aborted while rollout 4 was between looking and patching; what ran before runs still, and admission refuses any change of it.
  const back = play(rollingOut, [
    at(0, { kind: 'abort', number: 4, by: ada }),
    at(0, answered(5, { kind: 'applied', takenFrom: [], unnumbered: unwilling })),
  ]);

  test('says so', () => {
    expect(back.remark?.text).toBe(`${imageOf('a')} runs already; its number could not be written: ${unwilling}`);
  });

  test('is not complete before an executor that is late must have ended', () => {
    const stable = { stabilitySeconds: 5 };
    const early = play(back.target, [at(1, seen(imageOf('a'))), at(80, seen(imageOf('a')))], stable);
    expect(early.target.rollout).toMatchObject({ phase: 'rolling-back', number: 5 });
    expect(early.effects).toContainEqual(expect.objectContaining({ kind: 'watch' }));
    const done = play(early.target, [at(90, seen(imageOf('a')))], stable);
    expect(done.target).toMatchObject({ rollout: null, held: null, live: { image: imageOf('a') } });
  });

  test('nor where no pod is wanted', () => {
    const asleep = seen(imageOf('a'), { status: 'progressing', blocked: 'no-pods' });
    expect(play(back.target, [at(1, asleep)]).target.rollout).not.toBeNull();
    expect(play(back.target, [at(90, asleep)]).target.rollout).toBeNull();
  });

  test('what an executor that was late put there is undone', () => {
    const undone = play(back.target, [at(20, seen(imageOf('b'), { status: 'progressing' }))]);
    expect(undone.effects).toContainEqual({ kind: 'apply', number: 5 });
    expect(undone.remark?.text).toBe(`an executor that was late undid it: ${imageOf('a')} is applied again`);
    const again = play(undone.target, [
      at(21, answered(5, { kind: 'applied', takenFrom: [] })),
      at(22, seen(imageOf('a'))),
      at(90, seen(imageOf('a'))),
    ]);
    expect(again.target).toMatchObject({ rollout: null, live: { image: imageOf('a') } });
    const refused = play(undone.target, [
      at(21, answered(5, { kind: 'refused', image: imageOf('b'), reason: unwilling })),
    ]);
    expect(refused.target).toMatchObject({ rollout: null, held: { reason: `rolling back was refused: ${unwilling}` } });
  });
});

describe('a first release that is aborted while its workload may be being made', () => {
  const place = { create: true };
  const empty = aTarget({ live: null, candidate: { ...aCandidate, ask: { ...asked, running: null } } });
  const aborted = play(
    empty,
    [
      { kind: 'approved', shown: { ...shown, running: null }, by: ada },
      { kind: 'abort', number: 4, by: ada },
    ],
    place,
  ).target;
  const stamped = (image: string | null): TargetEvent => ({ kind: 'stamped', number: 5, stamped: { image } });

  test('is stamped once more when whoever was to make it has ended', () => {
    const early = play(aborted, [at(1, stamped(null))], place);
    expect(early.target.rollout).toMatchObject({ phase: 'stopping' });
    expect(early.effects).toContainEqual({ kind: 'stamp', number: 5, notBefore: noon + 90_000 });
    const made = play(early.target, [at(90, stamped(imageOf('b')))], place).target;
    expect(made).toMatchObject({ rollout: null, live: { image: imageOf('b'), approved: false } });
    const none = play(early.target, [at(90, stamped(null))], place).target;
    expect(none).toMatchObject({ rollout: null, live: null, held: { reason: 'aborted by Ada' } });
  });
});

describe('a stop whose number the cluster refuses', () => {
  const stopping = play(rollingOut, [answered(4, { kind: 'found-other', image: imageOf('f'), touched: false })]).target;
  const why = `${imageOf('f')} runs, not what was approved to be replaced; its number could not be written: ${unwilling}`;

  test('is held with what runs: asked again it would end in the same way', () => {
    const { target, effects } = play(stopping, [
      { kind: 'stamped', number: 5, stamped: { image: imageOf('f'), refused: unwilling } },
    ]);
    expect(target).toMatchObject({ rollout: null, candidate: null, live: { image: imageOf('f'), approved: false } });
    expect(target.held?.reason).toBe(why);
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'tell' }));
  });

  test('where it may not even be read, what was live stays the last that is known', async () => {
    const refused = async () => {
      throw new ClusterError('cluster-unknown', unwilling, { retryable: false });
    };
    const cluster: Cluster = { look: refused, apply: refused, watch: refused, check: refused, stamp: refused };
    const images: Images = { find: async () => undefined, protect: async () => undefined, reference: () => '' };
    const herd = { codebases: [], byName: () => undefined, byRepository: () => undefined };
    const key = { codebase: 'shop', record: 'target#production' as const };
    const owed = { key, record: stopping, now: noon, stillOwed: async () => stopping };
    const sent = await targetCarriers({ herd, images, cluster }).stamp({ kind: 'stamp', number: 5 }, owed);
    if (sent?.of !== 'target') throw new Error('nothing came back');
    const { target } = play(stopping, [sent.event]);
    expect(target).toMatchObject({ rollout: null, live: { image: imageOf('a') }, held: { reason: why } });
  });
});

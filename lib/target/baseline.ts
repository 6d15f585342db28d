import type { Look } from '../cluster/cluster.ts';
import { ignored } from '../engine/decision.ts';
import { ask } from './ask.ts';
import type { Draft, Row } from './draft.ts';
import { beHeld } from './hold.ts';
import { foreign } from './live.ts';

/** What runs before drover's first rollout is the baseline: it may be rolled back to, though nobody approved it. */
export function baselineSeen(draft: Draft, look: Look): Row {
  const { target, context } = draft;
  if (target.baseline !== undefined) return ignored('baseline-is-known');
  // What cannot be read, or is not one image, is no baseline: once a person has mended it and ended the hold, it is looked at again.
  if (look.kind === 'mixed' || look.kind === 'refused') {
    beHeld(draft, look.reason);
    return { what: 'held', text: look.reason };
  }
  target.baseline = look.kind === 'running' ? look.image : null;
  if (look.kind === 'running') {
    target.number = Math.max(target.number, look.number);
    target.live = { ...foreign(look.image, context.now), approved: 'baseline' };
  }
  ask(draft);
  const text = look.kind === 'running' ? `${look.image} runs already${byTag(look.image)}` : look.reason;
  return { what: 'baseline', text };
}

/** A tag may be another image by the time that somebody goes back to it. */
const byTag = (image: string): string =>
  image.includes('@') ? '' : ', by a tag: a way back to it is to whatever the tag then names';

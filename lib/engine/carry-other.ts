import type { Carried, Carriers, Owed } from './carry.ts';
import type { Addressed } from './decide-any.ts';
import type { Effect } from './stored.ts';

/** Hands an effect to the one that carries out its kind. Nothing comes back where this function has no rights for it. */
export async function carryOther(
  carriers: Carriers,
  effect: Extract<Effect, { kind: Carried }>,
  owed: Owed,
): Promise<Addressed | undefined> {
  switch (effect.kind) {
    case 'seek-image':
      return carriers['seek-image']?.(effect, owed);
    case 'start-build':
      return carriers['start-build']?.(effect, owed);
    case 'look-build':
      return carriers['look-build']?.(effect, owed);
    case 'look-head':
      return carriers['look-head']?.(effect, owed);
    case 'confirm-image':
      return carriers['confirm-image']?.(effect, owed);
    case 'look-cluster':
      return carriers['look-cluster']?.(effect, owed);
    case 'check':
      return carriers.check?.(effect, owed);
    case 'apply':
      return carriers.apply?.(effect, owed);
    case 'watch':
      return carriers.watch?.(effect, owed);
    case 'stamp':
      return carriers.stamp?.(effect, owed);
    case 'tell':
      return carriers.tell?.(effect, owed);
  }
}

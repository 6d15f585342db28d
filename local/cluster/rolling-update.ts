import type { Deployment } from './objects.ts';

export type SetCounts = { replicas: number; pods: number; available: number };

/**
 * How many pods the new ReplicaSet and the old ones (oldest first) are to have next: never more than replicas + maxSurge in all, never
 * fewer than replicas − maxUnavailable available. Source: deployment controller, rolling.go.
 */
export function rollingUpdate(
  spec: Deployment['spec'],
  newest: SetCounts,
  old: SetCounts[],
): { newest: number; old: number[] } {
  const sum = (sets: SetCounts[], of: (set: SetCounts) => number) => sets.reduce((total, set) => total + of(set), 0);
  if (spec.strategy.type === 'Recreate') {
    const gone = old.every(({ pods }) => pods === 0);
    return { newest: gone ? spec.replicas : newest.replicas, old: old.map(() => 0) };
  }
  let surge = amount(spec.strategy.rollingUpdate.maxSurge, spec.replicas, Math.ceil);
  const unavailable = amount(spec.strategy.rollingUpdate.maxUnavailable, spec.replicas, Math.floor);
  // Both at nought would never move. Source: intstr, ResolveFenceposts.
  if (surge === 0 && unavailable === 0) surge = 1;
  const total = newest.replicas + sum(old, ({ replicas }) => replicas);
  const up =
    newest.replicas > spec.replicas
      ? spec.replicas
      : Math.min(spec.replicas, newest.replicas + Math.max(0, spec.replicas + surge - total));

  // Old pods that are not available go first; of the others only as many as can be spared.
  let spare = total + (up - newest.replicas) - (spec.replicas - unavailable) - (up - newest.available);
  const next = old.map((set) => {
    const unhealthy = Math.max(0, Math.min(set.replicas - set.available, spare));
    spare -= unhealthy;
    return set.replicas - unhealthy;
  });
  let available = newest.available + sum(old, (set) => set.available) - (spec.replicas - unavailable);
  const scaled = next.map((replicas) => {
    const fewer = Math.max(0, Math.min(replicas, available));
    available -= fewer;
    return replicas - fewer;
  });
  return { newest: up, old: scaled };
}

function amount(value: number | string, of: number, round: (n: number) => number): number {
  return typeof value === 'number' ? value : round((Number(value.slice(0, -1)) * of) / 100);
}

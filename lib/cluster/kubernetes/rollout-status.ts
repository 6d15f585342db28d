import type { Watched } from '../cluster.ts';
import type { WorkloadObject } from './workload-object.ts';

type Status = Pick<Watched, 'status' | 'reason'>;

/**
 * How far a Deployment's rollout is, by kubectl's rule in kubectl's order (kubectl/pkg/polymorphichelpers/rollout_status.go), and two
 * more: a paused one says so, and with no replicas wanted nothing is shown to work.
 */
export function rolloutStatus({ metadata, spec, status }: WorkloadObject): Status {
  const waiting = (reason: string): Status => ({
    status: 'progressing',
    reason: spec.paused ? `${metadata.name} is paused, so nothing moves: ${reason}` : reason,
  });

  if (metadata.generation > status.observedGeneration) return waiting('waiting for the cluster to see the change');
  const progressing = status.conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return { status: 'failed', reason: `${metadata.name} made no progress within its own deadline` };
  if (status.updatedReplicas < spec.replicas)
    return waiting(`waiting for ${status.updatedReplicas} of ${spec.replicas} pods to be new`);
  if (status.replicas > status.updatedReplicas)
    return waiting(`waiting for ${status.replicas - status.updatedReplicas} old pods to end`);
  if (status.availableReplicas < status.updatedReplicas)
    return waiting(
      `waiting for ${status.updatedReplicas - status.availableReplicas} of ${status.updatedReplicas} new pods to be available`,
    );
  if (spec.replicas === 0) return waiting(`${metadata.name} is scaled to zero, which shows nothing of the new image`);
  return { status: 'complete', reason: `${status.availableReplicas} of ${spec.replicas} new pods are available` };
}

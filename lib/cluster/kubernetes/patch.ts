import type { Workload } from '../../target/record.ts';
import { oneLine } from './answer.ts';
import type { WorkloadObject } from './workload-object.ts';
import { ROLLOUT } from './workload-object.ts';

/** Whom the image was taken from, kept on the workload so that a repeated apply can say it again. */
export const TAKEN_FROM = 'drover.dev/taken-from';

/** Which release drover applied last; a stamp does not write it. */
export const RELEASE = 'drover.dev/release';

/** Who approved it, or why nobody was asked. */
const APPROVAL = 'drover.dev/approval';

export type ImageChange = {
  kind: Workload['kind'];
  containers: string[];
  image: string;
  number: number;
  release: string;
  approval?: string | undefined;
  takenFrom: string[];
};

/**
 * What drover says of a workload by server-side apply: these containers' image, and our annotations. It owns nothing else,
 * and names all that it owns: what an apply leaves out is given up, and removed where nobody else owns it.
 * The resourceVersion makes the API server answer 409 if anything changed since it was read.
 */
export function imagePatch({ metadata }: WorkloadObject, namespace: string, change: ImageChange) {
  return {
    apiVersion: 'apps/v1',
    kind: change.kind,
    metadata: {
      name: metadata.name,
      namespace,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      annotations: annotations(change),
    },
    spec: { template: { spec: { containers: change.containers.map((name) => ({ name, image: change.image })) } } },
  };
}

/** The annotations of a rollout. `kubernetes.io/change-cause` is what `kubectl rollout history` shows. */
export function annotations({
  number,
  release,
  approval,
  takenFrom,
}: Omit<ImageChange, 'kind' | 'containers' | 'image'>): Record<string, string> {
  return {
    [ROLLOUT]: String(number),
    [RELEASE]: release,
    ...(approval !== undefined && { [APPROVAL]: oneLine(approval, 200) }),
    'kubernetes.io/change-cause': `drover: release ${release.slice(0, 12)}, rollout ${number}`,
    ...(takenFrom.length > 0 && { [TAKEN_FROM]: takenFrom.join(',') }),
  };
}

/**
 * The number alone, as a merge patch: a server-side apply that does not name the image would give the image up, and with nobody
 * else owning it the field would be removed.
 */
export function stampPatch({ metadata }: WorkloadObject, number: number) {
  return { metadata: { resourceVersion: metadata.resourceVersion, annotations: { [ROLLOUT]: String(number) } } };
}

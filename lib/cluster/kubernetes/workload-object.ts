import * as z from 'zod';
import { Condition, Container, list, Metadata, strings } from './object-parts.ts';

/** A Deployment, StatefulSet or DaemonSet, as far as drover reads it. What a kind does not have is at its default. */
export const WorkloadObject = z.object({
  metadata: Metadata,
  spec: z.object({
    replicas: z
      .number()
      .nullish()
      .transform((replicas) => replicas ?? 1),
    podManagementPolicy: z.string().default('OrderedReady'),
    paused: z.boolean().default(false),
    updateStrategy: z
      .object({
        type: z.string().default('RollingUpdate'),
        rollingUpdate: z.object({ partition: z.number().nullish() }).nullish(),
      })
      .prefault({}),
    selector: z.object({
      matchLabels: strings,
      matchExpressions: list(z.object({ key: z.string(), operator: z.string(), values: list(z.string()) })),
    }),
    template: z.object({
      spec: z.object({ containers: list(Container), imagePullSecrets: list(z.object({ name: z.string() })) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      currentRevision: z.string().default(''),
      updateRevision: z.string().default(''),
      desiredNumberScheduled: z.number().default(0),
      currentNumberScheduled: z.number().default(0),
      updatedNumberScheduled: z.number().default(0),
      numberAvailable: z.number().default(0),
      conditions: list(Condition),
    })
    .prefault({}),
});
export type WorkloadObject = z.infer<typeof WorkloadObject>;

/** A ReplicaSet, as far as drover reads it: which template it stands for, and whether its pods can be made. */
export const ReplicaSet = z.object({
  metadata: Metadata,
  status: z.object({ observedGeneration: z.number().default(0), conditions: list(Condition) }).prefault({}),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

/** The image of a container, or undefined where the Deployment has no such container. */
export function imageOf(object: WorkloadObject, container: string): string | undefined {
  return object.spec.template.spec.containers.find(({ name }) => name === container)?.image;
}

/** No target has rolled out so often, and there is room for all that are to come: a hand that wrote more must not end the counting. */
const LARGEST = 1_000_000_000;

/** The number of the last rollout that drover applied or stamped; 0 where there is none, or it is no number of drover's. */
export function numberOf(object: WorkloadObject): number {
  const number = Number(object.metadata.annotations[ROLLOUT] ?? 0);
  return Number.isInteger(number) && number > 0 && number < LARGEST ? number : 0;
}

/** The annotation that orders rollouts: a late executor gives way to a higher number. */
export const ROLLOUT = 'drover.dev/rollout';

/** The selector as the `labelSelector` of a query. Source: Kubernetes, "Labels and Selectors". */
export function labelSelector({ spec }: WorkloadObject): string {
  const { matchLabels, matchExpressions } = spec.selector;
  const expressions = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}

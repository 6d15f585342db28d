// Longer than others: one list of the objects that the API keeps, as their reference describes them.
import * as z from 'zod';

/** A JSON object whose fields are not known yet. */
export type Fields = Record<string, unknown>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const Strings = z.record(z.string(), z.string());
const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean(),
});

/** One line of the bookkeeping of who set which field. */
export const ManagedFields = z.looseObject({
  manager: z.string(),
  operation: z.enum(['Apply', 'Update']),
  fieldsV1: z.record(z.string(), z.unknown()),
});
export type ManagedFields = z.infer<typeof ManagedFields>;

export const Metadata = z.looseObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string(),
  labels: Strings.optional(),
  annotations: Strings.optional(),
  ownerReferences: z.array(OwnerReference).optional(),
  managedFields: z.array(ManagedFields).optional(),
});
export type Metadata = z.infer<typeof Metadata>;

const Port = z.looseObject({
  name: z.string().optional(),
  containerPort: z.number().int().min(1).max(65_535),
  protocol: z.string().default('TCP'),
});
const Probe = z.looseObject({
  httpGet: z.looseObject({ path: z.string().default('/'), port: z.union([z.string(), z.number()]) }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});

export const Container = z.looseObject({
  name: z.string(),
  image: z.string({ error: 'Required value' }).min(1, 'Required value'),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  env: z
    .array(z.looseObject({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }))
    .optional(),
  ports: z.array(Port).optional(),
  readinessProbe: Probe.optional(),
});
export type Container = z.infer<typeof Container>;

const Template = z.looseObject({
  metadata: z.looseObject({ labels: Strings.default({}), annotations: Strings.optional() }).prefault({}),
  spec: z.looseObject({
    containers: z.array(Container).min(1, 'Required value'),
    terminationGracePeriodSeconds: z.number().default(30),
  }),
});
export type Template = z.infer<typeof Template>;

const Amount = z.union([z.number().int().min(0), z.string().regex(/^\d+%$/)]);

/** A Deployment's spec with Kubernetes' defaults filled in. Source: API reference, apps/v1 DeploymentSpec. */
export const DeploymentSpec = z.looseObject({
  replicas: z.number().int().min(0).default(1),
  paused: z.boolean().optional(),
  selector: z.looseObject({ matchLabels: Strings }),
  strategy: z
    .looseObject({
      type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
      rollingUpdate: z
        .looseObject({ maxSurge: Amount.default('25%'), maxUnavailable: Amount.default('25%') })
        .prefault({}),
    })
    .prefault({}),
  minReadySeconds: z.number().default(0),
  progressDeadlineSeconds: z.number().default(600),
  revisionHistoryLimit: z.number().default(10),
  template: Template,
});

export const Condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False']),
  reason: z.string(),
  message: z.string(),
  lastUpdateTime: z.string(),
  lastTransitionTime: z.string(),
});
export type Condition = z.infer<typeof Condition>;

const DeploymentStatus = z.object({
  observedGeneration: z.number().default(0),
  replicas: z.number().default(0),
  updatedReplicas: z.number().default(0),
  readyReplicas: z.number().default(0),
  availableReplicas: z.number().default(0),
  unavailableReplicas: z.number().default(0),
  conditions: z.array(Condition).default([]),
});

export const Deployment = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata: Metadata,
  spec: DeploymentSpec,
  status: DeploymentStatus.prefault({}),
});
export type Deployment = z.infer<typeof Deployment>;

export const ReplicaSet = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('ReplicaSet'),
  metadata: Metadata,
  spec: z.object({ replicas: z.number(), selector: z.object({ matchLabels: Strings }), template: Template }),
  status: z.object({
    replicas: z.number(),
    readyReplicas: z.number(),
    availableReplicas: z.number(),
    observedGeneration: z.number(),
  }),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

export const Service = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata: Metadata,
  spec: z.looseObject({
    selector: Strings.default({}),
    ports: z
      .array(
        z.looseObject({
          port: z.number(),
          targetPort: z.union([z.string(), z.number()]).optional(),
          nodePort: z.number().optional(),
        }),
      )
      .min(1),
  }),
});
export type Service = z.infer<typeof Service>;

/** A Kubernetes Event, as `kubectl describe` shows it. */
export type ClusterEvent = {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  object: { kind: string; namespace: string; name: string };
};

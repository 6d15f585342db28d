import * as z from 'zod';
import { Condition, Container, list, Metadata } from './object-parts.ts';

const Terminated = z.object({
  finishedAt: z.string().optional(),
  exitCode: z.number().default(0),
  signal: z.number().optional(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const State = z
  .object({
    waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
    running: z.object({}).optional(),
    terminated: Terminated.optional(),
  })
  .prefault({});

const ContainerStatus = z.object({
  name: z.string(),
  restartCount: z.number().default(0),
  ready: z.boolean().default(false),
  imageID: z.string().default(''),
  state: State,
  lastState: State,
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

/** A Pod, as far as drover reads it. */
export const Pod = z.object({
  metadata: Metadata.extend({ deletionTimestamp: z.string().optional() }),
  spec: z.object({ containers: list(Container) }).prefault({}),
  status: z
    .object({
      phase: z.string().default(''),
      reason: z.string().default(''),
      message: z.string().default(''),
      startTime: z.string().optional(),
      conditions: list(Condition),
      initContainerStatuses: list(ContainerStatus),
      containerStatuses: list(ContainerStatus),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

/** A Kubernetes Event, as far as drover reads it. */
export const Event = z.object({
  type: z.string().default(''),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
});
export type Event = z.infer<typeof Event>;

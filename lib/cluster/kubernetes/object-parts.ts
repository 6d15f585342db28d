import * as z from 'zod';

// What objects of Kubernetes have in common. What is at its default is left out by the API server, or null.

/** A list that Kubernetes leaves out, or sends as null, when it is empty. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
/** Labels and annotations, left out where there are none. */
export const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});

/** What every object says of itself, as far as drover reads it. */
export const Metadata = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().default(0),
  labels: strings,
  annotations: strings,
  creationTimestamp: z.string().optional(),
  ownerReferences: list(z.object({ uid: z.string() })),
  managedFields: list(
    z.object({
      manager: z.string().default(''),
      operation: z.string().default(''),
      time: z.string().optional(),
      fieldsV1: z.unknown().optional(),
    }),
  ),
});

/** What a controller says of an object. */
export const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: z.string().optional(),
  lastUpdateTime: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;

/** A container of a template or a pod. */
export const Container = z.object({ name: z.string(), image: z.string().default('') });

/** A list of objects, each read by `item`. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: list(item) });

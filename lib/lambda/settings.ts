import * as z from 'zod';
import { seconds } from '../engine/instant.ts';

const Seconds = (otherwise: number) =>
  z.coerce
    .number()
    .positive()
    .default(otherwise)
    .transform((n) => seconds(n));

/** What the environment tells the functions, each of which picks what it needs. This file alone reads it. */
export const Settings = z.object({
  DROVER_TABLE: z.string().min(1),
  DROVER_QUEUE_URL: z.url(),
  /** Public base URL, no slash at its end. */
  DROVER_URL: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** Host (and port) of the registry. */
  DROVER_REGISTRY: z.string().min(1),
  DROVER_PARAMETERS: z.string().startsWith('/').default('/drover'),
  /** The herd as packaging wrote it; relative to the function's folder, which Lambda makes the working one. */
  DROVER_HERD: z.string().default('herd.json'),
  /** Longer than any function may run. */
  DROVER_LEASE_SECONDS: Seconds(90),
  DROVER_LOOK_SECONDS: Seconds(300),
  DROVER_WATCH_SECONDS: Seconds(5),
  AWS_REGION: z.string().default('us-east-1'),
  /** On one machine: a kubeconfig as JSON, to deploy to a real cluster instead of the local one. */
  DROVER_KUBECONFIG: z.string().optional(),
});

/** The settings of a schema (a pick of `Settings`), parsed; throws with the names of those that are missing or wrong. */
export function settings<T>(schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`Environment: ${wrong.join('; ')}`);
}

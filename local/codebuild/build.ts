import * as z from 'zod';

const phaseTypes = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
] as const;
export const PhaseType = z.enum(phaseTypes);
export type PhaseType = z.infer<typeof PhaseType>;

export const Status = z.enum(['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'IN_PROGRESS', 'STOPPED']);
export type Status = z.infer<typeof Status>;

const Phase = z.object({
  phaseType: PhaseType,
  phaseStatus: Status.optional(),
  /** Milliseconds, as every time here; the wire has seconds. */
  startTime: z.number(),
  endTime: z.number().optional(),
  contexts: z.array(z.object({ statusCode: z.string(), message: z.string() })),
});
export type Phase = z.infer<typeof Phase>;

const Report = z.object({
  name: z.string(),
  arn: z.string(),
  status: z.enum(['SUCCEEDED', 'FAILED', 'INCOMPLETE']),
  total: z.number(),
  failed: z.number(),
  skipped: z.number(),
  /** At most 500 cases, as CodeBuild keeps. */
  cases: z.array(
    z.object({
      name: z.string(),
      suite: z.string(),
      status: z.enum(['passed', 'failed', 'skipped']),
      seconds: z.number(),
      text: z.string().optional(),
    }),
  ),
});
export type Report = z.infer<typeof Report>;

/** A build as it is remembered: one JSON file each. */
export const Build = z.object({
  id: z.string(),
  arn: z.string(),
  buildNumber: z.number(),
  projectName: z.string(),
  sourceVersion: z.string().optional(),
  resolvedSourceVersion: z.string().optional(),
  startTime: z.number(),
  endTime: z.number().optional(),
  currentPhase: PhaseType,
  buildStatus: Status,
  phases: z.array(Phase),
  environmentVariables: z.array(z.object({ name: z.string(), value: z.string(), type: z.string() })),
  exportedEnvironmentVariables: z.array(z.object({ name: z.string(), value: z.string() })),
  timeoutInMinutes: z.number(),
  buildspecOverride: z.string().optional(),
  /** What the build asked for; it runs on this machine all the same. */
  computeType: z.string().optional(),
  environmentType: z.string().optional(),
  image: z.string().optional(),
  sourceLocation: z.string(),
  reports: z.array(Report),
  /** What the call said that has no effect here, a line of the log each. */
  told: z.array(z.string()).optional(),
  queuedTimeoutInMinutes: z.number().optional(),
  /** Of a build that was tried again by itself: how often it may be, how often it was, and its neighbours. */
  retry: z
    .object({ limit: z.number(), number: z.number(), next: z.string().optional(), previous: z.string().optional() })
    .optional(),
  /** The call that started it, for RetryBuild. */
  request: z.string().optional(),
  /** For the five minutes of its idempotency token. */
  token: z.object({ value: z.string(), parameters: z.string() }).optional(),
});
export type Build = z.infer<typeof Build>;

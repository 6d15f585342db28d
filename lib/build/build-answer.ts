import * as z from 'zod';

const Variable = z.object({ name: z.string(), value: z.string() });

/**
 * What drover reads of https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html, as the SDK gives it (times are
 * Dates). The status is any text: one that is not known yet is decided about, not refused.
 */
export const BuildAnswer = z.object({
  id: z.string(),
  buildStatus: z.string(),
  currentPhase: z.string().optional(),
  startTime: z.date().optional(),
  endTime: z.date().optional(),
  sourceVersion: z.string().optional(),
  resolvedSourceVersion: z.string().optional(),
  timeoutInMinutes: z.number().optional(),
  phases: z
    .array(
      z.object({
        phaseType: z.string(),
        phaseStatus: z.string().optional(),
        startTime: z.date().optional(),
        endTime: z.date().optional(),
        durationInSeconds: z.number().optional(),
        contexts: z.array(z.object({ statusCode: z.string().optional(), message: z.string().optional() })).optional(),
      }),
    )
    .default([]),
  logs: z.object({ deepLink: z.string().optional() }).optional(),
  environment: z
    .object({
      type: z.string().optional(),
      computeType: z.string().optional(),
      fleet: z.object({ fleetArn: z.string().optional() }).optional(),
      environmentVariables: z.array(Variable).default([]),
    })
    .optional(),
  exportedEnvironmentVariables: z
    .array(z.object({ name: z.string().optional(), value: z.string().optional() }))
    .default([]),
});
export type BuildAnswer = z.infer<typeof BuildAnswer>;

/** An exported variable's value, undefined where it is not set. */
export const exportedValue = (build: BuildAnswer, name: string): string | undefined =>
  build.exportedEnvironmentVariables.find((one) => one.name === name)?.value || undefined;

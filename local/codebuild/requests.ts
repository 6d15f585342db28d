import { ComputeType, EnvironmentType } from '@aws-sdk/client-codebuild';
import * as z from 'zod';

const VariableOverride = z.object({
  name: z.string().min(1),
  value: z.string(),
  type: z.enum(['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER']).default('PLAINTEXT'),
});

/** What the local service takes of https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html; another override is refused, not passed over. */
export const StartBuildRequest = z.strictObject({
  projectName: z.string().min(1),
  sourceVersion: z.string().optional(),
  environmentVariablesOverride: z.array(VariableOverride).default([]),
  buildspecOverride: z.string().optional(),
  sourceLocationOverride: z.string().min(1).optional(),
  computeTypeOverride: z.enum(ComputeType).optional(),
  environmentTypeOverride: z.enum(EnvironmentType).optional(),
  imageOverride: z.string().min(1).optional(),
  privilegedModeOverride: z.boolean().optional(),
  gitCloneDepthOverride: z.number().int().min(0).optional(),
  reportBuildStatusOverride: z.boolean().optional(),
  queuedTimeoutInMinutesOverride: z.number().min(5).max(480).optional(),
  autoRetryLimitOverride: z.number().int().min(0).max(10).optional(),
  timeoutInMinutesOverride: z.number().min(5).max(2160).optional(),
  idempotencyToken: z.string().optional(),
});
export type StartBuildRequest = z.infer<typeof StartBuildRequest>;

export const BatchGetBuildsRequest = z.strictObject({ ids: z.array(z.string()).min(1).max(100) });
export const ListBuildsForProjectRequest = z.strictObject({
  projectName: z.string().min(1),
  sortOrder: z.enum(['ASCENDING', 'DESCENDING']).default('DESCENDING'),
  nextToken: z.string().optional(),
});
export const StopBuildRequest = z.strictObject({ id: z.string().min(1) });
/** "Only … builds that have failed can be retried" is said of batches alone; a build may be restarted however it ended (API_RetryBuild). */
export const RetryBuildRequest = z.strictObject({ id: z.string().min(1), idempotencyToken: z.string().optional() });
export const BatchGetReportsRequest = z.strictObject({ reportArns: z.array(z.string()).min(1).max(100) });
export const DescribeTestCasesRequest = z.strictObject({
  reportArn: z.string().min(1),
  filter: z
    .strictObject({
      status: z.enum(['SUCCEEDED', 'FAILED', 'SKIPPED', 'ERROR', 'UNKNOWN']).optional(),
      keyword: z.string().optional(),
    })
    .optional(),
  maxResults: z.number().int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});
export const BatchGetProjectsRequest = z.strictObject({ names: z.array(z.string()).min(1).max(100) });

/** An answer that the service gives instead of a result, by the name of its exception. */
export class ServiceError extends Error {
  readonly type: 'InvalidInputException' | 'ResourceNotFoundException' | 'AccountLimitExceededException';
  constructor(type: ServiceError['type'], message: string) {
    super(message);
    this.type = type;
  }
}

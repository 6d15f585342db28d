import { CodeBuildServiceException } from '@aws-sdk/client-codebuild';
import type { Started } from './builds.ts';

type Refused = Extract<Started, { kind: 'refused' }>;

const later = [
  'AccountLimitExceededException',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  // A deploy of a new codebase updates the functions before its project is there.
  'ResourceNotFoundException',
];
const never = ['InvalidInputException'];

/**
 * What CodeBuild refused, or undefined for an outage. A limit (the account's, the project's `concurrentBuildLimit`) and a
 * throttle pass, and a project that is missing may be on its way; wrong input does not pass. A token whose parameters changed is free again after five minutes.
 */
export function refusedBy(error: unknown): Refused | undefined {
  if (!(error instanceof CodeBuildServiceException)) return undefined;
  const reason = `${error.name}: ${error.message}`.replace(/\s+/g, ' ').slice(0, 300);
  if (later.includes(error.name) || error.$retryable?.throttling) return { kind: 'refused', permanent: false, reason };
  if (!never.includes(error.name)) return undefined;
  return { kind: 'refused', permanent: !/idempotency|parameter mismatch/i.test(error.message), reason };
}

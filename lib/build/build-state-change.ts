import * as z from 'zod';

/**
 * EventBridge's "CodeBuild Build State Change" (https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html),
 * as far as it is used: it is a hint, and CodeBuild is asked for the truth. `@types/aws-lambda` omits two statuses.
 */
const BuildStateChange = z.object({
  'detail-type': z.literal('CodeBuild Build State Change'),
  source: z.literal('aws.codebuild'),
  detail: z.object({
    'build-status': z.string(),
    'project-name': z.string(),
    /** An ARN: `arn:aws:codebuild:<region>:<account>:build/<project>:<uuid>`. */
    'build-id': z.string(),
    'additional-information': z.object({
      'source-version': z.string().optional(),
      environment: z
        .object({
          'environment-variables': z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
        })
        .optional(),
    }),
  }),
});

export type ReleaseOfEvent =
  | { kind: 'build'; codebase: string; commit: string; buildId: string }
  | { kind: 'ignored'; reason: 'not-our-project' | 'not-our-build' | 'still-running' };

/**
 * Which release's build an event says has ended. A build that drover did not start carries no DROVER_COMMIT and is ignored, as is
 * one that still runs. Throws where it is no such event: the rule sends no other.
 */
export function releaseOfEvent(event: unknown): ReleaseOfEvent {
  const { detail } = BuildStateChange.parse(event);
  const codebase = /^drover-(.+)$/.exec(detail['project-name'])?.[1];
  if (!codebase) return { kind: 'ignored', reason: 'not-our-project' };
  const variables = detail['additional-information'].environment?.['environment-variables'] ?? [];
  const commit = variables.find(({ name }) => name === 'DROVER_COMMIT')?.value ?? '';
  const buildId = /:build\/(.+)$/.exec(detail['build-id'])?.[1];
  if (!buildId || !/^[0-9a-f]{40}$/.test(commit)) return { kind: 'ignored', reason: 'not-our-build' };
  if (detail['build-status'] === 'IN_PROGRESS') return { kind: 'ignored', reason: 'still-running' };
  return { kind: 'build', codebase, commit, buildId };
}

import { createHash } from 'node:crypto';
import type { Codebase } from '../lib/codebase/codebase.ts';
import { repositoryUrl } from '../lib/page/github-links.ts';
import { machineOf, recipeOf, stepSeconds, timesOf } from './build-environment.ts';
import { lifecyclePolicy } from './lifecycle-policy.ts';
import { allow, role } from './role.ts';
import { arn, arnOf, type Resources, ref, sub } from './template.ts';

/** How CodeBuild gets at the code: a CodeConnections ARN; or '': the account's imported token, or none for public code. */
export type SourceAccess = { connection: string };

/** Builds of one codebase at a time; StartBuild refuses more, and the release stays queued. */
export const concurrentBuildLimit = 2;

/** What one codebase gets: its project, the project's role, and its image repository, which stays when the codebase goes. */
export function buildProject(codebase: Codebase, { connection }: SourceAccess): Resources {
  const id = logicalId(codebase.name);
  const auth = connection === '' ? {} : { Auth: { Type: 'CODECONNECTIONS', Resource: connection } };
  const repository: Resources = {
    [`Repository${id}`]: {
      Type: 'AWS::ECR::Repository',
      // A repository made by a deploy that failed is empty and goes again; else the next deploy would find its name taken.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        RepositoryName: `drover/${codebase.name}`,
        // A release's tag never moves; what builds keep for the next one does (docs/builds.md).
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: [
          { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'cache-*' },
        ],
        ImageScanningConfiguration: { ScanOnPush: true },
        LifecyclePolicy: { LifecyclePolicyText: JSON.stringify(lifecyclePolicy(codebase)) },
      },
    },
  };
  return {
    ...(codebase.images === 'existing' ? {} : repository),
    [`BuildRole${id}`]: role('codebuild.amazonaws.com', buildRights(codebase.name, connection)),
    [`Project${id}`]: {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Name: `drover-${codebase.name}`,
        Description: `Builds ${codebase.repository} for drover`,
        ServiceRole: arnOf(`BuildRole${id}`),
        ConcurrentBuildLimit: concurrentBuildLimit,
        ...timesOf(codebase),
        Artifacts: { Type: 'NO_ARTIFACTS' },
        Environment: {
          ...machineOf(codebase),
          EnvironmentVariables: [
            { Name: 'DROVER_CODEBASE', Value: codebase.name },
            { Name: 'DROVER_SECONDS', Value: stepSeconds(codebase) },
            { Name: 'DROVER_PLATFORMS', Value: codebase.platforms.join(' ') },
            ...Object.entries(codebase.recipe ?? {}).map(([Name, Value]) => ({ Name, Value })),
            ...(codebase.fleet === undefined ? [] : [{ Name: 'DROVER_MACHINE', Value: 'stays' }]),
            // Of this codebase's release branch alone: a project for pull requests has neither this nor the right to push.
            { Name: 'DROVER_KEEPS_CACHE', Value: 'yes' },
            { Name: 'DROVER_REGISTRY', Value: sub(`\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}`) },
          ],
        },
        Source: {
          Type: codebase.github === 'https://github.com' ? 'GITHUB' : 'GITHUB_ENTERPRISE',
          Location: `${repositoryUrl(codebase)}.git`,
          // Whole history: a release may be any commit, and a shallow clone of the branch may not hold it.
          GitCloneDepth: 0,
          BuildSpec: sub(`arn:\${AWS::Partition}:s3:::\${RecipesBucket}/\${RecipesPrefix}/${recipeOf(codebase)}`),
          ...auth,
        },
        SecondarySources: [
          { Type: 'S3', SourceIdentifier: 'drover', Location: sub(`\${RecipesBucket}/\${RecipesPrefix}/tools.zip`) },
        ],
        LogsConfig: {
          CloudWatchLogs: { Status: 'ENABLED', GroupName: ref('BuildLogs'), StreamName: codebase.name },
        },
      },
    },
  };
}

/** A build may push to its own repository and write its own log and reports; it cannot touch another codebase or drover. */
function buildRights(name: string, connection: string) {
  const connections =
    connection === ''
      ? []
      : [
          allow(
            ['codeconnections:GetConnection', 'codeconnections:GetConnectionToken', 'codeconnections:UseConnection'],
            connection,
          ),
        ];
  return [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arn('logs', `log-group:\${BuildLogs}:log-stream:${name}/*`)),
    allow(
      ['s3:GetObject', 's3:GetObjectVersion'],
      sub(`arn:\${AWS::Partition}:s3:::\${RecipesBucket}/\${RecipesPrefix}/*`),
    ),
    // The one call that ECR does not let be narrowed to a repository (Service Authorization Reference, Amazon ECR).
    allow(['ecr:GetAuthorizationToken'], '*'),
    allow(
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      arn('ecr', `repository/drover/${name}`),
    ),
    allow(
      [
        'codebuild:BatchPutTestCases',
        'codebuild:CreateReport',
        'codebuild:CreateReportGroup',
        'codebuild:UpdateReport',
      ],
      arn('codebuild', `report-group/drover-${name}-*`),
    ),
    ...connections,
  ];
}

/** A name as a logical id may be, letters and digits alone; the hash keeps `a-b` and `ab` apart. */
export function logicalId(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase());
  return `${letters.charAt(0).toUpperCase()}${letters.slice(1)}${hashOf(name).slice(0, 8)}`;
}

/** SHA-256 in hexadecimal. */
export const hashOf = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

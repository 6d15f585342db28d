import type { Herd } from '../lib/codebase/codebase.ts';
import { partitionOf } from '../lib/store/table.ts';
import { allow, functionRole, type Statement } from './role.ts';
import { arn, arnOf, type Resources, sub } from './template.ts';

/** A role per function, each holding only what that function calls. The worker's alone reaches clusters. */
export function functionRoles(herd: Herd): Resources {
  return {
    WebhookRole: functionRole('drover-webhook', [
      write,
      builds,
      wake,
      parameters('github-webhook-secret', 'github-webhook-secret-previous'),
    ]),
    BuildFinishedRole: functionRole('drover-build-finished', [write, builds, images, wake, lost]),
    ApprovalRole: functionRole('drover-approval', [write, wake, parameters('approval-key', 'approval-key-previous')]),
    ApiRole: functionRole('drover-api', [
      write,
      readTokens,
      allow(['dynamodb:Query'], arnOf('Table'), index('byOwner'), index('byHerd')),
      images,
      wake,
    ]),
    WorkerRole: functionRole('drover-worker', [
      write,
      allow(['dynamodb:Query'], index('byHerd')),
      builds,
      images,
      allow(['ecr:BatchGetImage', 'ecr:PutImage'], repositories),
      wake,
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('WakeQueue')),
      allow(['eks:DescribeCluster'], ...clusters(herd)),
      parameters('approval-key', 'approval-key-previous', 'slack-webhook-url', 'github-token'),
    ]),
    SweepRole: functionRole('drover-sweep', [allow(['dynamodb:Query'], index('byDue')), wake, lost]),
    PublishRecipesRole: functionRole('drover-publish-recipes', [
      allow(['s3:ListBucket'], arnOf('RecipesBucket')),
      allow(['s3:PutObject', 's3:DeleteObject'], sub(`\${RecipesBucket.Arn}/*`)),
    ]),
  };
}

/** Records and entries alone: who may write them can make no API token. */
const write: Statement = {
  ...allow(['dynamodb:GetItem', 'dynamodb:PutItem'], arnOf('Table')),
  Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitionOf('*')] } },
};
/** The API looks tokens up, and changes none. */
const readTokens: Statement = {
  ...allow(['dynamodb:GetItem'], arnOf('Table')),
  Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['token#*'] } },
};
const index = (name: string) => sub(`\${Table.Arn}/index/${name}`);
const builds: Statement = allow(
  ['codebuild:StartBuild', 'codebuild:ListBuildsForProject', 'codebuild:BatchGetBuilds'],
  arn('codebuild', 'project/drover-*'),
);
const repositories = arn('ecr', 'repository/drover/*');
const images: Statement = allow(['ecr:DescribeImages'], repositories);
const wake: Statement = allow(['sqs:SendMessage'], arnOf('WakeQueue'));
/** Where Lambda puts an event that a function could not handle in three tries: it acts with the function's own rights. */
const lost: Statement = allow(['sqs:SendMessage'], arnOf('DeadLetters'));

/** GetParameters is refused whole where one name is: a function that reads several may read each, though it be missing. */
const parameters = (...names: string[]): Statement =>
  allow(['ssm:GetParameter', 'ssm:GetParameters'], ...names.map((name) => arn('ssm', `parameter/drover/${name}`)));

/** The clusters that the herd names: few, however many codebases there are. */
function clusters(herd: Herd): unknown[] {
  const names = herd.codebases.flatMap(({ environments }) => environments.map(({ cluster }) => cluster));
  const unique = [...new Set(names)].toSorted();
  return unique.length === 0 || unique.length > 30
    ? [arn('eks', 'cluster/*')]
    : unique.map((name) => arn('eks', `cluster/${name}`));
}

import type { Herd } from '../lib/codebase/codebase.ts';
import { alarms } from './alarms.ts';
import { functionRoles } from './function-roles.ts';
import { type HerdStack, herdStacks, nestedStacks } from './herd-stacks.ts';
import { queues } from './queues.ts';
import { recipeBucket } from './recipe-bucket.ts';
import { store } from './store.ts';
import { type Resources, ref, sub } from './template.ts';

/** What an operator may set, each a `--param` of `serverless deploy`. */
export type Settings = { connection: string; alarmMail: string };

/** Where the herd's templates lie in the deployment bucket: under the folder that `serverless remove` empties. */
export const templateFolder = 'serverless/drover/prod/herd';

/** All that `serverless.yml` does not say itself, and the herd's own stacks. Pure: the same herd, the same templates. */
export function resourcesOf(
  herd: Herd,
  settings: Settings,
  recipesHash: string,
): { resources: Resources; outputs: Record<string, unknown>; stacks: HerdStack[] } {
  const stacks = herdStacks(herd, settings, templateFolder);
  return {
    stacks,
    resources: {
      ...store,
      ...queues,
      ...functionRoles(herd),
      ...recipeBucket(recipesHash),
      ...nestedStacks(stacks, recipesHash),
      ...alarms(settings.alarmMail),
    },
    outputs: {
      WebhookUrl: { Value: sub(`\${HttpApi.ApiEndpoint}/webhooks/github`), Description: 'For the GitHub App' },
      TableName: { Value: ref('Table') },
      WakeQueueUrl: { Value: ref('WakeQueue') },
      DeadLettersUrl: { Value: ref('DeadLetters') },
      WorkerRoleArn: { Value: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] }, Description: 'For the EKS access entry' },
      AlarmsTopicArn: { Value: ref('Alarms') },
    },
  };
}

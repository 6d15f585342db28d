import { arnOf, type Resources, ref } from './template.ts';

/** Seconds that the worker may take; `serverless.yml` says the same, and a test compares them. */
export const workerTimeoutSeconds = 60;
const fourteenDays = 1_209_600;

/**
 * Wakes for the worker, and the one place where what nobody could handle lies: wakes, events of CodeBuild, runs of the sweep.
 * Visibility is six times the function's timeout (Lambda's guide for SQS event sources), and a wake is tried eight times.
 */
export const queues: Resources = {
  WakeQueue: {
    Type: 'AWS::SQS::Queue',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: {
      VisibilityTimeout: workerTimeoutSeconds * 6,
      MessageRetentionPeriod: 345_600,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetters'), maxReceiveCount: 8 },
    },
  },
  DeadLetters: {
    Type: 'AWS::SQS::Queue',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: { MessageRetentionPeriod: fourteenDays, SqsManagedSseEnabled: true },
  },
  /** EventBridge may put there what it could not deliver. Only this account's rules. */
  DeadLettersPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [ref('DeadLetters')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf('DeadLetters'),
            Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
          },
        ],
      },
    },
  },
};

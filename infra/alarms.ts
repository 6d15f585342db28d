import type { MetricName } from '../lib/lambda/metrics.ts';
import { type Resource, type Resources, ref } from './template.ts';

/** The topic that alarms go to, a mail address that listens where one is given, and the alarms themselves. */
export function alarms(mail: string): Resources {
  const subscription: Resource = {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: ref('Alarms'), Protocol: 'email', Endpoint: mail },
  };
  return {
    Alarms: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'drover' } },
    ...(mail === '' ? {} : { AlarmsMail: subscription }),
    /** What build-finished or the worker fail at is tried again, and lies here when it was given up. */
    DeadLettersAlarm: alarm('Something was given up and lies in the dead-letter queue.', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } }],
      Statistic: 'Maximum',
    }),
    /** An error of webhook, approval or api is a 5xx of the one API that they answer for. */
    ApiErrorsAlarm: alarm('A request was answered with 5xx: webhook, approval or api failed.', {
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Dimensions: [{ Name: 'ApiId', Value: ref('HttpApi') }],
      Statistic: 'Sum',
    }),
    /** Lambda reports 0 errors for each run that went well: no data means that the sweep does not run at all. */
    SweepErrorsAlarm: {
      ...functionErrors('drover-sweep', { TreatMissingData: 'breaching', EvaluationPeriods: 3 }),
    },
    OverdueAlarm: alarm('Something has been owed for an hour and was not carried out.', {
      ...own('DueSeconds'),
      Statistic: 'Maximum',
      Threshold: 3_600,
    }),
    UnreadableAlarm: alarm('A record of the table could not be read; the log of the function names its key.', {
      ...own('RecordsUnreadable'),
      Statistic: 'Sum',
    }),
    NoticesLostAlarm: alarm('A notice (Slack, status) was given up after five tries.', {
      ...own('NoticesLost'),
      Statistic: 'Sum',
    }),
  };
}

/** Namespace and dimension are those of `lib/lambda/metrics.ts`. */
const own = (name: MetricName) => ({
  Namespace: 'drover',
  MetricName: name,
  Dimensions: [{ Name: 'service', Value: 'drover' }],
});

const functionErrors = (name: string, more: Record<string, unknown> = {}): Resource =>
  alarm(`The function ${name} failed.`, {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: name }],
    Statistic: 'Sum',
    ...more,
  });

function alarm(description: string, properties: Record<string, unknown>): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [ref('Alarms')],
      OKActions: [ref('Alarms')],
      ...properties,
    },
  };
}

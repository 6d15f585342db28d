import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

export type FunctionOptions = {
  /** The function's name, as logs and metrics show it. */
  name: string;
  /** Seconds that one call may take. */
  timeoutSeconds: number;
  now: () => number;
};

/** What Lambda hands a handler beside the event: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export function lambdaContext({ name, timeoutSeconds, now }: FunctionOptions): Context {
  const deadline = now() + timeoutSeconds * 1_000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    memoryLimitInMB: '256',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

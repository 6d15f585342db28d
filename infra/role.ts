import { type Resource, sub } from './template.ts';

export type Statement = { Effect: 'Allow'; Action: string[]; Resource: unknown[]; Condition?: unknown };

export const allow = (actions: string[], ...resources: unknown[]): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

/** A role for one service, with exactly these statements. It has no name of its own, so a second stack never collides with it. */
export function role(service: string, statements: Statement[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'drover', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** The role of one function: what it is allowed, and its own log. */
export function functionRole(name: string, statements: Statement[]): Resource {
  const log = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${name}:*`;
  return role('lambda.amazonaws.com', [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], sub(log)), ...statements]);
}

/** A CloudFormation resource, as far as drover writes one. */
export type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: 'Retain' | 'RetainExceptOnCreate' | 'Delete';
  UpdateReplacePolicy?: 'Retain' | 'Delete';
  Metadata?: Record<string, unknown>;
};
export type Resources = Record<string, Resource>;

export const sub = (text: string) => ({ 'Fn::Sub': text });
export const ref = (name: string) => ({ Ref: name });
export const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

/** An ARN of this account, region and partition: `arn('codebuild', 'project/drover-*')`. */
export const arn = (service: string, rest: string) =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`);

/** Limits of CloudFormation and IAM. Source: CloudFormation quotas; IAM and STS quotas (a role's inline policies together). */
export const limits = { resources: 500, templateBytes: 1_000_000, inlinePolicyCharacters: 10_240 } as const;

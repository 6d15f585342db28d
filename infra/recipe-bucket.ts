import { arnOf, type Resources, ref, sub } from './template.ts';

/**
 * The bucket that builds read their recipe and tools from, and the resource that fills it at deploy: each set of files lies under
 * the hash of its content, so that a build that is under way keeps the files it began with until CloudFormation cleans up.
 */
export function recipeBucket(contentHash: string): Resources {
  return {
    RecipesBucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    },
    RecipesBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref('RecipesBucket'),
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [arnOf('RecipesBucket'), sub(`\${RecipesBucket.Arn}/*`)],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    Recipes: {
      Type: 'Custom::DroverRecipes',
      DependsOn: 'RecipesBucketPolicy',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: {
        ServiceToken: arnOf('PublishRecipesLambdaFunction'),
        ServiceTimeout: 300,
        Bucket: ref('RecipesBucket'),
        Prefix: contentHash,
      },
    },
    BuildLogs: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { LogGroupName: '/drover/builds', RetentionInDays: 30 },
    },
  };
}

import { tableDefinition } from '../lib/store/table.ts';
import type { Resources } from './template.ts';

/**
 * The table, kept whatever happens to the stack. CloudFormation names it: after a removal a new stack gets a new table, and the
 * old one stays to be read. (With a name of its own the second stack could not be made.)
 */
export const store: Resources = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      ...tableDefinition,
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: false },
    },
  },
};

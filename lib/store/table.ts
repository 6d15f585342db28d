/**
 * The one table. `infra/` makes it on AWS, the local stack and the tests make it elsewhere.
 *
 * | item    | pk               | sk                             | byOwner (ownerPk, ownerSk)                                  | byHerd (herdPk, herdSk)                                |
 * |---------|------------------|--------------------------------|-------------------------------------------------------------|--------------------------------------------------------|
 * | branch  | codebase#<name>  | branch                         |                                                             |                                                        |
 * | release | codebase#<name>  | release#<commit>               | releases#<name>, <pushed>#<commit>                          | releases#<yyyy-mm>, <pushed>#<name>#<commit>           |
 * | target  | codebase#<name>  | target#<environment>           |                                                             | targets, <name>#<environment>                          |
 * | entry   | codebase#<name>  | entry#<record>#<version, 9 digits> | entries#<name>#<commit>, <at>#<record>#<version, 9 digits> |                                                    |
 * | token   | token#<id>       | token                          |                                                             |                                                        |
 *
 * `<pushed>` and `<at>` are ISO 8601 in UTC with milliseconds, so that they sort. A record's item holds `version`, `wake`,
 * `record` and `pending`; an entry's holds `entry`. `byDue` is sparse: only what is owed has `duePk` and `dueAt`.
 */
export const tableDefinition = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'ownerPk', AttributeType: 'S' },
    { AttributeName: 'ownerSk', AttributeType: 'S' },
    { AttributeName: 'herdPk', AttributeType: 'S' },
    { AttributeName: 'herdSk', AttributeType: 'S' },
    { AttributeName: 'duePk', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [
        { AttributeName: 'ownerPk', KeyType: 'HASH' },
        { AttributeName: 'ownerSk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['record', 'entry'] },
    },
    {
      IndexName: 'byHerd',
      KeySchema: [
        { AttributeName: 'herdPk', KeyType: 'HASH' },
        { AttributeName: 'herdSk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['record'] },
    },
    {
      IndexName: 'byDue',
      KeySchema: [
        { AttributeName: 'duePk', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const;

export const partitionOf = (codebase: string): string => `codebase#${codebase}`;
export const entryKey = (record: string, version: number): string =>
  `entry#${record}#${String(version).padStart(9, '0')}`;
export const sortableTime = (at: number): string => new Date(at).toISOString();
/** The one partition of `byDue`. */
export const duePartition = 'due';

import { storeContract } from '../contracts/store.ts';
import { dynamoDbLocalMissing, startDynamoDbLocal } from '../real/engines/dynamodb-local.ts';
import { withEngine } from '../real/engines/with-engine.ts';
import { startedStore } from './started-store.ts';

withEngine('DynamoDB Local', dynamoDbLocalMissing(), () =>
  storeContract('DynamoDB Local', async () => startedStore(await startDynamoDbLocal())),
);

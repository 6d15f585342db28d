import { storeEngineContract } from '../contracts/store-engine.ts';
import { dynamoDbLocalMissing, startDynamoDbLocal } from '../real/engines/dynamodb-local.ts';
import { withEngine } from '../real/engines/with-engine.ts';

withEngine('DynamoDB Local', dynamoDbLocalMissing(), () => storeEngineContract('DynamoDB Local', startDynamoDbLocal));

import { historyContract } from '../contracts/history.ts';
import { dynamoDbLocalMissing, startDynamoDbLocal } from '../real/engines/dynamodb-local.ts';
import { withEngine } from '../real/engines/with-engine.ts';

withEngine('DynamoDB Local', dynamoDbLocalMissing(), () => historyContract('DynamoDB Local', startDynamoDbLocal));

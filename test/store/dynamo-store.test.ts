import { keyText } from '../../lib/engine/key.ts';
import { startDynamoDb } from '../../local/aws/dynamodb.ts';
import { type StartedStore, storeContract } from '../contracts/store.ts';
import { memoryStore } from '../simulation/memory-store.ts';
import { startedStore } from './started-store.ts';

storeContract('DynamoDB by dynalite', async () => startedStore(await startDynamoDb({ port: 0, table: 'drover' })));

storeContract('in memory, for the simulation', async (): Promise<StartedStore> => {
  const store = memoryStore();
  return {
    store,
    entries: async (codebase) => [...store.entries.values()].filter((entry) => entry.codebase === codebase),
    spoil: async (key) => void store.broken.add(keyText(key)),
    close: async () => {},
  };
});

import { existsSync } from 'node:fs';
import { cacheFolder } from './cache-folder.ts';
import { freePort, startProcess } from './start-process.ts';

const folder = () => cacheFolder('dynamodb-local-2.6.1');

/** What is lacking to run DynamoDB Local; undefined where nothing is. */
export const dynamoDbLocalMissing = (): string | undefined =>
  existsSync(`${folder()}/complete`)
    ? undefined
    : 'DynamoDB Local 2.6.1 is not installed (npm run test:real installs it; it needs Java 17 and Maven)';

/** Amazon's own local engine, in memory. */
export async function startDynamoDbLocal(): Promise<{ url: string; close: () => Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { close } = await startProcess({
    command: 'java',
    args: [
      '-Djava.library.path=lib',
      '-cp',
      'lib/*',
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    folder: folder(),
    url,
  });
  return { url, close };
}

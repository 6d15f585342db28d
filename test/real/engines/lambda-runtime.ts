import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { freePort, startProcess } from './start-process.ts';

/** As `test/real/lambda-runtime.sh` keeps it. */
const folder = cacheFolder('lambda-1.170.0-4.0.2');

/** What is lacking, or undefined. */
export const lambdaRuntimeMissing = existsSync(join(folder, 'done'))
  ? undefined
  : `${folder}; npm run test:real makes it`;

export type RunningFunction = { invoke: (event: unknown) => Promise<unknown>; close: () => Promise<void> };

/** Unpacks the zip of a function into `work` and runs it under Lambda's own runtime emulator and client, with this environment. */
export async function runFunction(
  name: string,
  zip: string,
  work: string,
  environment: Record<string, string>,
): Promise<RunningFunction> {
  const task = join(work, name);
  mkdirSync(task, { recursive: true });
  execFileSync('unzip', ['-qo', zip, '-d', task]);
  const [emulator, runtime] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const { close } = await startProcess({
    command: join(folder, 'rie'),
    args: [
      ...['--runtime-interface-emulator-address', emulator, '--runtime-api-address', runtime],
      ...[process.execPath, join(folder, 'node_modules/aws-lambda-ric/index.mjs'), `functions/${name}.handler`],
    ],
    folder: task,
    environment: { ...environment, LAMBDA_TASK_ROOT: task, AWS_LAMBDA_FUNCTION_TIMEOUT: '60' },
    url: `http://${emulator}/`,
  });
  return {
    close,
    invoke: async (event) => {
      const url = `http://${emulator}/2015-03-31/functions/function/invocations`;
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
      const text = await answer.text();
      return text === '' ? null : JSON.parse(text);
    },
  };
}

import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadHerd } from '../infra/load-herd.ts';
import { run } from './run.ts';

// `npm run drover -- COMMAND`, for people: wiring only.

const { code, out, err } = await run(process.argv.slice(2), {
  env: process.env,
  fetch,
  now: Date.now,
  random: randomBytes,
  tokenTable: (tableName) => ({ client: new DynamoDBClient(), tableName }),
  loadHerd: (file) => loadHerd(file).herd,
}).catch((error: unknown) => ({ code: 1, out: '', err: error instanceof Error ? error.message : String(error) }));
if (out) process.stdout.write(`${out}\n`);
if (err) process.stderr.write(`${err}\n`);
process.exitCode = code;

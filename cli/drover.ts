import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import { loadHerd } from '../infra/load-herd.ts';
import { type BuildLog, buildLog } from '../lib/build/build-log.ts';
import { accessOf } from '../lib/cluster/kubernetes/cluster-of.ts';
import { httpsApi } from '../lib/cluster/kubernetes/https-api.ts';
import { parameters } from '../lib/lambda/parameters.ts';
import { personsGit, personsProgram } from './git.ts';
import { repositoryExists } from './repository-exists.ts';
import { run } from './run.ts';

// `npm run drover -- COMMAND`, for people: wiring only.

/** Only where a cluster is asked for: a kubeconfig that cannot be read stops no other command. */
function access() {
  const { AWS_REGION: region = 'us-east-1', DROVER_KUBECONFIG: kubeconfig } = process.env;
  return accessOf({ region, now: Date.now, kubeconfig });
}

/** Only where a log is asked for: no other command needs a region. */
const itsLog = (): BuildLog => buildLog(new CodeBuildClient(), new CloudWatchLogsClient());

// `drover logs shop | head`: whoever reads no more is no failure.
process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1));

const program = personsProgram(process.env);
const { code, out, err } = await run(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  git: personsGit(program),
  program,
  fetch,
  now: Date.now,
  random: randomBytes,
  tokenTable: (tableName) => ({ client: new DynamoDBClient(), tableName }),
  parameter: (name) => {
    const { DROVER_PARAMETERS: prefix = '/drover' } = process.env;
    return parameters({ client: new SSMClient(), prefix, names: [name], now: Date.now }).get(name);
  },
  buildLog: { find: (id) => itsLog().find(id), read: (place, from) => itsLog().read(place, from) },
  print: (line) => void process.stdout.write(`${line}\n`),
  wait: (milliseconds) => setTimeout(milliseconds),
  loadHerd: (file) => loadHerd(file).herd,
  reach: async (cluster) => httpsApi(await access()(cluster)),
  repositoryExists: (codebase) => repositoryExists(new ECRClient(), codebase),
}).catch((error: unknown) => ({ code: 1, out: '', err: error instanceof Error ? error.message : String(error) }));
if (out) process.stdout.write(`${out}\n`);
if (err) process.stderr.write(`${err}\n`);
process.exitCode = code;

// Packages drover with no account and no network: the CloudFormation templates in `.serverless/` and `.package/`, the zips in `.package/`.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where templates and zips lie afterwards. */
export const packageFolder = '.package';

/** The largest that the zip of the webhook may be, in bytes: GitHub waits for its cold start. */
export const webhookZipLimit = 135_000;

/** Runs `serverless package`, which the plugin feeds, and puts its template beside the zips as `drover.template.json`. */
export function packageAll(parameters: string[] = []): void {
  rmSync(packageFolder, { recursive: true, force: true });
  mkdirSync(packageFolder);
  const given = parameters.flatMap((parameter) => ['--param', parameter]);
  // Keys that belong to nobody, so that osls asks no other place of the machine for an account.
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', SLS_TELEMETRY_DISABLED: '1' };
  const stdio = ['ignore', process.stderr, 'inherit'] as const;
  const { status } = spawnSync(process.execPath, [serverlessProgram, 'package', ...given], { stdio: [...stdio], env });
  if (status !== 0) throw new Error('serverless package failed; what it said is above');
  copyFileSync('.serverless/cloudformation-template-update-stack.json', join(packageFolder, 'drover.template.json'));
}

const serverlessProgram = fileURLToPath(import.meta.resolve('serverless/bin/serverless.js'));

/** Name and bytes of each zip, and of each template with its count of resources, as lines of a table. */
export function sizeTable(folder = packageFolder): string[] {
  const names = readdirSync(folder).toSorted();
  const rows = names.map((name) => {
    const bytes = statSync(join(folder, name)).size;
    const note = name === 'webhook.zip' ? ` (at most ${kilo(webhookZipLimit)})` : '';
    return `${basename(name).padEnd(28)} ${kilo(bytes).padStart(10)}${note}${resourceCount(join(folder, name))}`;
  });
  return rows;
}

const kilo = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;

function resourceCount(path: string): string {
  if (!path.endsWith('.json')) return '';
  const template: { Resources: Record<string, unknown> } = JSON.parse(readFileSync(path, 'utf8'));
  return `, ${Object.keys(template.Resources).length} resources`;
}

if (import.meta.main) {
  try {
    packageAll(process.argv.slice(2));
    process.stdout.write(`${sizeTable().join('\n')}\n`);
    const webhook = statSync(join(packageFolder, 'webhook.zip')).size;
    if (webhook > webhookZipLimit) throw new Error(`webhook.zip has ${webhook} bytes, over ${webhookZipLimit}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

// One build of the Node sample by the recipe that CodeBuild on Lambda gets, in a process of its own: `lambda.real.test.ts` runs it where
// nothing but /tmp can be written, by somebody who is not root. Prints one line of JSON.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartBuildCommand } from '@aws-sdk/client-codebuild';
import { recipeFiles } from '../../infra/recipe-files.ts';
import { writeRecipes } from '../../infra/recipes.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { gitRepository } from './git-repository.ts';
import { ended, exportedOf, service } from './service.ts';

const root = new URL('../..', import.meta.url).pathname;
const running = await service();
const registry = await startRegistry({
  port: 0,
  folder: join(running.folder, 'registry'),
  now: Date.now,
  immutable: true,
  mutableTags: ['cache-*'],
});
await writeRecipes(join(running.folder, 'recipes'));
const { files } = await recipeFiles(root);
const repository = gitRepository(join(running.folder, 'hello'), newCodebaseFiles('node', 'hello'));
const commit = repository.commit({});
running.projects.push({
  name: 'drover-hello',
  buildspec: Buffer.from(files['node.lambda.yml'] ?? '').toString(),
  source: { location: repository.folder },
  secondarySources: [{ sourceIdentifier: 'drover', location: join(running.folder, 'recipes') }],
  environmentVariables: Object.entries({
    DROVER_BASE: 'none',
    DROVER_CODEBASE: 'hello',
    DROVER_COMMIT: commit,
    DROVER_KEEPS_CACHE: 'yes',
    DROVER_REGISTRY: registry.host,
  }).map(([name, value]) => ({ name, value })),
});
const { build } = await running.client.send(
  new StartBuildCommand({ projectName: 'drover-hello', sourceVersion: commit }),
);
const done = await ended(running.client, build?.id ?? '');
const tag = await fetch(`${registry.url}/v2/drover/hello/manifests/${commit}`);
const { DROVER_DIGEST: digest, DROVER_REASON: reason } = exportedOf(done);
const pushed = tag.headers.get('docker-content-digest');
const canWriteElsewhere = ['/drover-was-here', join(root, 'drover-was-here')].some(canWrite);
process.stdout.write(
  `${JSON.stringify({ status: done.buildStatus, digest, pushed, reason: reason ?? running.lines.slice(-20), canWriteElsewhere, user: process.getuid?.() })}\n`,
);
await registry.close();
await running.close();

function canWrite(path: string): boolean {
  try {
    writeFileSync(path, '');
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { functionZips } from './function-zips.ts';
import type { HerdStack } from './herd-stacks.ts';
import { loadHerd } from './load-herd.ts';
import { recipeFiles } from './recipe-files.ts';
import { resourcesOf, type Settings } from './resources.ts';

/** As much of osls as is used here. */
type Serverless = {
  serviceDir: string;
  service: {
    custom: Settings;
    resources: { Resources?: Record<string, unknown>; Outputs?: Record<string, unknown> };
    provider: { shouldNotDeploy?: boolean };
  };
  getProvider: (name: 'aws') => Provider;
};
export type Provider = {
  getServerlessDeploymentBucketName: () => Promise<string>;
  getAwsSdkV3Config: () => Promise<S3ClientConfig>;
};

/**
 * Makes `npx serverless deploy` the one command: before osls packages, it bundles the functions into `.package/` and adds the
 * resources of the herd; after osls has uploaded its own files, it uploads the templates of the herd's nested stacks beside them.
 * Nested stacks, not services of their own: one command, one thing that succeeds or rolls back, one removal.
 */
export class HerdPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  #stacks: HerdStack[] = [];

  constructor(serverless: Serverless) {
    this.hooks = {
      'before:package:initialize': async () => {
        this.#stacks = await addHerd(serverless);
      },
      'after:aws:deploy:deploy:uploadArtifacts': async () => {
        if (!serverless.service.provider.shouldNotDeploy)
          await uploadStacks(this.#stacks, serverless.getProvider('aws'));
      },
    };
  }
}

async function addHerd({ serviceDir, service }: Serverless): Promise<HerdStack[]> {
  const { herd, file } = loadHerd(join(serviceDir, 'codebases.yml'));
  const recipes = await recipeFiles(serviceDir);
  const { resources, outputs, stacks } = resourcesOf(herd, service.custom, recipes.hash);
  service.resources = { Resources: resources, Outputs: outputs };
  const folder = join(serviceDir, '.package');
  mkdirSync(folder, { recursive: true });
  for (const { name, zip } of await functionZips(file, recipes, serviceDir))
    writeFileSync(join(folder, `${name}.zip`), zip);
  for (const { id, body } of stacks) writeFileSync(join(folder, `${id}.template.json`), body);
  return stacks;
}

/** Puts each template where `TemplateURL` says. Its key is its content's hash: what lies there already is the same. */
export async function uploadStacks(stacks: HerdStack[], provider: Provider): Promise<void> {
  if (stacks.length === 0) return;
  const client = new S3Client(await provider.getAwsSdkV3Config());
  const Bucket = await provider.getServerlessDeploymentBucketName();
  await Promise.all(
    stacks.map(({ key, body }) =>
      client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: 'application/json' })),
    ),
  );
}

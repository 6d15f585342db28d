import { ComputeType, EnvironmentType } from '@aws-sdk/client-codebuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildProject } from '../../infra/build-project.ts';
import { recipeFiles } from '../../infra/recipe-files.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { computes, isLambda, platforms } from '../../lib/codebase/compute.ts';
import { languages } from '../../lib/codebase/language.ts';
import { herdOf } from './herd-of.ts';

const [, node] = herdOf(2).codebases;

function projectOf(changes: Partial<Codebase>): Record<string, unknown> {
  if (node === undefined) throw new Error('no codebase');
  const made = Object.values(buildProject({ ...node, ...changes }, { connection: '' }));
  const project = made.find(({ Type }) => Type === 'AWS::CodeBuild::Project');
  if (project === undefined) throw new Error('no project');
  return project.Properties;
}

describe('what the builds of a codebase run on', () => {
  it.each(platforms.flatMap((platform) => computes.map((compute) => [compute, platform] as const)))(
    '%s on %s is what CodeBuild knows',
    (compute, platform) => {
      expect(projectOf({ compute, platforms: [platform] })).toMatchObject({
        Environment: {
          Type: expect.toSatisfy((type: string) => type in EnvironmentType),
          ComputeType: expect.toSatisfy((type: string) => type in ComputeType),
        },
      });
    },
  );

  it('is small where each build asks for more when it needs it', () => {
    expect(projectOf({ compute: 'auto' }).Environment).toMatchObject({ ComputeType: 'BUILD_GENERAL1_SMALL' });
  });

  it('is 72 cores on amd64', () => {
    expect(projectOf({ compute: '2xlarge', platforms: ['linux/amd64', 'linux/arm64'] }).Environment).toMatchObject({
      Type: 'LINUX_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
      ComputeType: 'BUILD_GENERAL1_2XLARGE',
      EnvironmentVariables: expect.arrayContaining([{ Name: 'DROVER_PLATFORMS', Value: 'linux/amd64 linux/arm64' }]),
    });
  });

  it('is a machine of the fleet that is named', () => {
    const fleet = 'arn:aws:codebuild:eu-central-1:111122223333:fleet/herd';
    expect(projectOf({ fleet }).Environment).toMatchObject({ Type: 'ARM_CONTAINER', Fleet: { FleetArn: fleet } });
    expect(projectOf({}).Environment).not.toHaveProperty('Fleet');
    const stays = { Name: 'DROVER_MACHINE', Value: 'stays' };
    expect(projectOf({ fleet }).Environment).toMatchObject({ EnvironmentVariables: expect.arrayContaining([stays]) });
    expect(JSON.stringify(projectOf({}))).not.toContain(stays.Name);
  });
});

describe('a Docker daemon beside the build', () => {
  it('is let run for a Dockerfile, and for no other language', () => {
    expect(projectOf({ language: 'dockerfile' }).Environment).toMatchObject({ PrivilegedMode: true });
    for (const language of languages.filter((one) => one !== 'dockerfile'))
      expect(projectOf({ language }).Environment).not.toHaveProperty('PrivilegedMode');
  });
});

describe('a build that waits or hangs', () => {
  it('ends after its own time, and after six hours in the queue', () => {
    expect(projectOf({})).toMatchObject({ TimeoutInMinutes: 30, QueuedTimeoutInMinutes: 360, ConcurrentBuildLimit: 2 });
  });
});

describe('on Lambda', () => {
  const lambda = projectOf({ compute: 'lambda-2gb' });

  it('is an image of one language, with no time of its own', () => {
    expect(lambda.Environment).toMatchObject({
      Type: 'ARM_LAMBDA_CONTAINER',
      Image: 'aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22',
      ComputeType: 'BUILD_LAMBDA_2GB',
    });
    expect(lambda).not.toHaveProperty('TimeoutInMinutes');
    expect(lambda).not.toHaveProperty('QueuedTimeoutInMinutes');
  });

  it('has the recipe without a choice of runtime, and all else of it', async () => {
    expect(JSON.stringify(lambda.Source)).toContain('/node.lambda.yml');
    const { files } = await recipeFiles();
    const [here, there] = ['node.yml', 'node.lambda.yml'].map((name) =>
      parse(Buffer.from(files[name] ?? '').toString()),
    );
    const { 'runtime-versions': runtimes, ...install } = here.phases.install;
    expect(runtimes).toEqual({ nodejs: 24 });
    expect(there).toEqual({ ...here, phases: { ...here.phases, install } });
    expect(computes.filter(isLambda)).toHaveLength(5);
  });
});

import { describe, expect, it } from 'vitest';
import { buildProject, logicalId } from '../../infra/build-project.ts';
import { herdStacks, mostCodebasesInStack, nestedStacks } from '../../infra/herd-stacks.ts';
import { limits, type Resource, type Resources } from '../../infra/template.ts';
import { herdOf } from './herd-of.ts';

const access = { connection: 'arn:aws:codeconnections:eu-central-1:111122223333:connection/c0ffee' };
const stacksOf = (count: number) => herdStacks(herdOf(count), access, 'herd');
const resourcesIn = (body: string): Resource[] => {
  const { Resources: all }: { Resources: Resources } = JSON.parse(body);
  return Object.values(all);
};

describe('600 codebases', () => {
  const stacks = stacksOf(600);

  it('are dealt to several stacks, each far below what CloudFormation takes', () => {
    expect(stacks.length).toBeGreaterThanOrEqual(600 / mostCodebasesInStack);
    for (const { body, codebases } of stacks) {
      expect(codebases.length).toBeLessThanOrEqual(mostCodebasesInStack);
      expect(resourcesIn(body).length).toBe(codebases.length * 3);
      expect(resourcesIn(body).length).toBeLessThan(limits.resources / 2);
      expect(body.length).toBeLessThan(limits.templateBytes / 2);
    }
    expect(stacks.flatMap(({ codebases }) => codebases).toSorted()).toEqual(
      herdOf(600)
        .codebases.map(({ name }) => name)
        .toSorted(),
    );
  });

  it('add one resource a stack to the main one', () => {
    expect(Object.keys(nestedStacks(stacks, 'hash'))).toHaveLength(stacks.length);
  });

  it('each have project, role and repository under names that are never the same', () => {
    const names = stacks
      .flatMap(({ body }) => resourcesIn(body))
      .flatMap(({ Properties }) => Properties.Name ?? Properties.RepositoryName ?? []);
    expect(new Set(names).size).toBe(1_200);
    expect(new Set(herdOf(600).codebases.map(({ name }) => logicalId(name))).size).toBe(600);
  });
});

describe('the stack of a codebase', () => {
  it('stays the same whatever is added to the list or taken off it', () => {
    const where = (count: number) =>
      new Map(stacksOf(count).flatMap(({ id, codebases }) => codebases.map((name) => [name, id] as const)));
    const large = where(600);
    for (const [name, id] of where(40)) expect(large.get(name)).toBe(id);
  });

  it('is a new template only for the stack of the codebase that came', () => {
    const before = new Set(stacksOf(100).map(({ key }) => key));
    expect(stacksOf(101).filter(({ key }) => !before.has(key))).toHaveLength(1);
  });

  it('may hold as many codebases as CloudFormation takes, and no more', () => {
    expect(mostCodebasesInStack * 3).toBeLessThan(limits.resources);
    expect(() => stacksOf(3_000)).toThrow(/over 150/);
  });
});

describe('what one codebase gets', () => {
  const [codebase] = herdOf(1).codebases;
  if (codebase === undefined) throw new Error('no codebase');
  const made = Object.values(buildProject(codebase, access));
  const find = (type: string): Resource => made.find(({ Type }) => Type === type) ?? { Type: 'none', Properties: {} };

  it('keeps its images when it is taken off the list', () => {
    expect(find('AWS::ECR::Repository')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        RepositoryName: 'drover/c-0',
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: 'cache-*' }],
        ImageScanningConfiguration: { ScanOnPush: true },
      },
    });
  });

  it('does not make the repository of a codebase that is put back on the list', () => {
    const types = Object.values(buildProject({ ...codebase, images: 'existing' }, access)).map(({ Type }) => Type);
    expect(types.toSorted()).toEqual(['AWS::CodeBuild::Project', 'AWS::IAM::Role']);
  });

  it('expires only images that no tag names', () => {
    expect(JSON.stringify(find('AWS::ECR::Repository').Properties.LifecyclePolicy)).toContain(
      String.raw`\"tagStatus\":\"untagged\"`,
    );
  });

  it('is built on arm64 with a limit, by the recipe of its language and the tools beside it', () => {
    expect(find('AWS::CodeBuild::Project').Properties).toMatchObject({
      Name: 'drover-c-0',
      ConcurrentBuildLimit: 2,
      TimeoutInMinutes: 30,
      Environment: { Type: 'ARM_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL' },
      Source: {
        Type: 'GITHUB',
        Location: 'https://github.com/flock/c-0.git',
        Auth: { Type: 'CODECONNECTIONS', Resource: access.connection },
        BuildSpec: { 'Fn::Sub': expect.stringMatching(/\/rust\.yml$/) },
      },
      SecondarySources: [
        { Type: 'S3', SourceIdentifier: 'drover', Location: { 'Fn::Sub': expect.stringMatching(/\/tools\.zip$/) } },
      ],
    });
  });

  it('asks for no credential of its own where the account has a token', () => {
    const project = Object.values(buildProject(codebase, { connection: '' })).find(
      ({ Type }) => Type === 'AWS::CodeBuild::Project',
    );
    expect(project?.Properties.Source).not.toHaveProperty('Auth');
  });

  it('may push to its own repository alone, and holds no right over drover', () => {
    const policy = JSON.stringify(find('AWS::IAM::Role').Properties.Policies);
    expect(policy.length).toBeLessThan(limits.inlinePolicyCharacters);
    expect(policy).toContain('repository/drover/c-0"');
    expect(policy).not.toMatch(/dynamodb:|sqs:|eks:|ssm:|StartBuild|iam:/);
  });
});

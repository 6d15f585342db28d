import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { workerTimeoutSeconds } from '../../infra/queues.ts';
import { resourcesOf } from '../../infra/resources.ts';
import { limits } from '../../infra/template.ts';
import { routes } from '../../lib/history/api.ts';
import { tableDefinition } from '../../lib/store/table.ts';
import { herdOf } from './herd-of.ts';

const { resources, stacks } = resourcesOf(
  herdOf(600),
  { connection: '', alarmMail: 'herd@example.com' },
  'f'.repeat(32),
);

const Statements = z.array(
  z.object({
    Effect: z.literal('Allow'),
    Action: z.array(z.string()),
    Resource: z.array(z.unknown()),
    Condition: z.record(z.string(), z.unknown()).optional(),
  }),
);
const RoleProperties = z.object({
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: Statements }) })]),
});

const isRole = (resource: { Type: string }): boolean => resource.Type === 'AWS::IAM::Role';
const statementsOf = (properties: unknown) => RoleProperties.parse(properties).Policies[0].PolicyDocument.Statement;
const nested = stacks.flatMap(({ body }) => {
  const { Resources }: { Resources: Record<string, { Type: string; Properties: unknown }> } = JSON.parse(body);
  return Object.entries(Resources);
});
const roles = [...Object.entries(resources), ...nested]
  .filter(([, resource]) => isRole(resource))
  .map(([name, { Properties }]) => ({
    name,
    statements: statementsOf(Properties),
    size: JSON.stringify(Properties).length,
  }));
const rolesWith = (action: string): string[] =>
  roles.filter(({ statements }) => statements.some(({ Action }) => Action.includes(action))).map(({ name }) => name);
const own = (names: string[]): string[] => names.filter((name) => !name.startsWith('BuildRole'));

describe('the roles', () => {
  it('name each action in full, and every resource but the one that ECR does not let be named', () => {
    expect(roles.length).toBe(607);
    for (const { name, statements } of roles)
      for (const { Action, Resource } of statements) {
        for (const action of Action) expect(action, name).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
        if (Resource.includes('*')) expect(Action, name).toEqual(['ecr:GetAuthorizationToken']);
      }
  });

  it('fit into what IAM takes for inline policies', () => {
    for (const { name, size } of roles) expect(size, name).toBeLessThan(limits.inlinePolicyCharacters / 2);
  });

  it('let the worker alone reach clusters, and give images a tag', () => {
    expect(rolesWith('eks:DescribeCluster')).toEqual(['WorkerRole']);
    expect(own(rolesWith('ecr:PutImage'))).toEqual(['WorkerRole']);
    expect(rolesWith('sqs:ReceiveMessage')).toEqual(['WorkerRole']);
  });

  it('let neither approval nor API nor sweep start a build', () => {
    expect(rolesWith('codebuild:StartBuild')).toEqual(['WebhookRole', 'BuildFinishedRole', 'WorkerRole']);
  });

  it('let functions write records and entries alone: none can make an API token', () => {
    for (const { statements } of roles)
      for (const statement of statements)
        if (JSON.stringify(statement).includes('dynamodb:PutItem'))
          expect(statement.Condition).toEqual({
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['codebase#*'] },
          });
  });

  it('let no function delete from the table, or read it whole', () => {
    for (const action of ['dynamodb:DeleteItem', 'dynamodb:Scan', 'dynamodb:BatchWriteItem'])
      expect(rolesWith(action)).toEqual([]);
  });

  it('show each secret to as few as use it', () => {
    const readers = (parameter: string): string[] =>
      roles
        .filter(({ statements }) => JSON.stringify(statements).includes(`parameter/drover/${parameter}"`))
        .map(({ name }) => name);
    expect(readers('github-webhook-secret')).toEqual(['WebhookRole']);
    expect(readers('slack-webhook-url')).toEqual(['WorkerRole']);
  });
});

describe('what is kept', () => {
  it('is the table, whatever happens to the stack', () => {
    expect(resources.Table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ...tableDefinition,
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  it('is every image repository', () => {
    const repositories = nested.filter(([, { Type }]) => Type === 'AWS::ECR::Repository');
    expect(repositories).toHaveLength(600);
    for (const [, repository] of repositories)
      expect(repository).toMatchObject({ DeletionPolicy: expect.stringMatching(/^Retain/) });
  });
});

describe('serverless.yml', () => {
  const Service = z.looseObject({
    provider: z.looseObject({ environment: z.record(z.string(), z.unknown()) }),
    functions: z.record(
      z.string(),
      z.looseObject({
        name: z.string(),
        handler: z.string(),
        role: z.string(),
        timeout: z.number(),
        package: z.object({ artifact: z.string() }),
      }),
    ),
  });
  const { provider, functions } = Service.parse(parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' }));

  it('gives each function the zip of its own file and a role of its own', () => {
    for (const { name, handler, role, package: zip } of Object.values(functions)) {
      const file = name.replace(/^drover-/, '');
      expect([handler, zip.artifact]).toEqual([`functions/${file}.handler`, `.package/${file}.zip`]);
      expect(resources[role]?.Type).toBe('AWS::IAM::Role');
      expect(JSON.stringify(resources[role])).toContain(`/aws/lambda/${name}:*`);
    }
    expect(new Set(Object.values(functions).map(({ role }) => role)).size).toBe(Object.keys(functions).length);
  });

  it('has a route for every address of the history API, and for the webhook and the link', () => {
    const events = z.array(z.union([z.object({ httpApi: z.string() }), z.looseObject({})]));
    const said = (name: string): string[] =>
      events
        .parse(functions[name]?.events ?? [])
        .flatMap((event) => (typeof event.httpApi === 'string' ? [event.httpApi] : []));
    const reachable = (method: string, path: string): boolean =>
      said('api').some((route) => {
        const pattern = route.replaceAll(/\{[^}]+\}/g, '[^/]+').replace('.json', '\\.json');
        return new RegExp(`^${pattern}$`).test(`${method} ${path}`);
      });
    for (const { method, pattern } of routes)
      for (const one of method === 'GET' ? ['GET', 'HEAD'] : [method])
        expect(reachable(one, pattern), `${one} ${pattern}`).toBe(true);
    expect(reachable('GET', '/openapi.json')).toBe(true);
    expect(said('webhook')).toEqual(['POST /webhooks/github']);
    expect(said('approval')).toEqual(['GET', 'HEAD', 'POST'].map((method) => `${method} /approvals/{token}`));
  });

  it('hides a wake for six times as long as the worker may take, and leases for longer than any function', () => {
    expect(functions.worker?.timeout).toBe(workerTimeoutSeconds);
    expect(resources.WakeQueue?.Properties.VisibilityTimeout).toBe(workerTimeoutSeconds * 6);
    const longest = Math.max(...Object.values(functions).map(({ timeout }) => timeout));
    expect(Number(provider.environment.DROVER_LEASE_SECONDS)).toBeGreaterThan(longest);
  });
});

describe('the alarms', () => {
  it('go to one topic, which a mail address may listen to', () => {
    const all = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(all.length).toBeLessThanOrEqual(10); // ten are free in every account
    for (const { Properties } of all) expect(Properties).toMatchObject({ AlarmActions: [{ Ref: 'Alarms' }] });
    expect(resources.AlarmsMail?.Properties.Endpoint).toBe('herd@example.com');
    expect(resourcesOf(herdOf(1), { connection: '', alarmMail: '' }, 'a').resources.AlarmsMail).toBeUndefined();
  });

  it('notice that the sweep does not run at all', () => {
    expect(resources.SweepErrorsAlarm?.Properties).toMatchObject({
      TreatMissingData: 'breaching',
      EvaluationPeriods: 3,
    });
  });
});

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { writeRecipes } from '../infra/recipes.ts';
import type { Kubeconfig } from '../lib/cluster/kubernetes/kubeconfig.ts';
import type { Codebase } from '../lib/codebase/codebase.ts';
import type { HerdFile } from '../lib/codebase/herd-file.ts';
import { routes } from '../lib/history/api.ts';
import { startAws } from './aws/aws.ts';
import { localEnvironment } from './aws/credentials.ts';
import { startDynamoDb } from './aws/dynamodb.ts';
import { ecrService } from './aws/ecr.ts';
import type { LocalCluster as EksCluster } from './aws/eks.ts';
import { startBus } from './aws/events.ts';
import { type LogFiles, logsService } from './aws/logs.ts';
import { pollQueue } from './aws/poll-queue.ts';
import { startSchedule } from './aws/schedule.ts';
import { openQueues, queueUrl, sqsService } from './aws/sqs.ts';
import { ssmService } from './aws/ssm.ts';
import { verifyToken } from './aws/sts.ts';
import { keepKubeconfig } from './cluster/keep-kubeconfig.ts';
import { startCluster } from './cluster/start-cluster.ts';
import { machineEnvironment } from './codebuild/build-environment.ts';
import { startCodeBuild } from './codebuild/codebuild.ts';
import { parametersOf } from './codebuild/parameters.ts';
import { startGateway } from './gateway/gateway.ts';
import { startGitHub } from './github/github.ts';
import { isTooEarly, redeliverMissed } from './github/missed-push.ts';
import { herdHere } from './herd/herd-here.ts';
import { clustersOf, projectOf, takeUp } from './herd/take-up.ts';
import { deployFunctions } from './lambda/deployed.ts';
import { operator } from './operator.ts';
import { ports } from './ports.ts';
import { prepare } from './prepare.ts';
import { startRegistry } from './registry/registry.ts';
import { serveList } from './serve-list.ts';

// Over 150 lines: the one place that says which local service stands where, as serverless.yml does for AWS.

export type StackOptions = {
  folder: string;
  /** The herd to begin with; `take` takes up another. */
  file: HerdFile;
  /** Where the gateway listens; GitHub, the registry and the rest take the next numbers. 0: free ones. */
  port: number;
  /** Seconds. */
  intervals: { lease: number; look: number; watch: number; sweep: number; check?: number };
  /** Where the codebases' working clones are made. */
  clones: string;
  /** Rolls out to the clusters of a kubeconfig, which is read anew every few minutes, instead of one that is started here. */
  kubeconfig?: (codebases: Codebase[]) => Kubeconfig;
  /** An address of this machine where those clusters' nodes pull, if they are not this machine. */
  pullAt?: string | undefined;
  onBuildLine: (codebase: string, line: string) => void;
  onProblem: (line: string) => void;
};

export type Stack = Awaited<ReturnType<typeof startStack>>;

const TABLE = 'drover';
const QUEUE = 'drover-wake';
/** Seconds that a function may run; the lease is longer. */
const FUNCTION_TIMEOUT = 20;
const PutEvent = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.record(z.string(), z.unknown()),
  resources: z.array(z.string()),
});

/** The whole of drover on one machine: the functions that AWS gets, behind what stands in for AWS, GitHub and Kubernetes here. */
export async function startStack(options: StackOptions) {
  const { folder, onProblem } = options;
  const now = () => Date.now();
  const at = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  const closing: (() => Promise<void>)[] = [];
  const closed = <T extends { close: () => Promise<void> }>(service: T): T => {
    closing.unshift(() => service.close());
    return service;
  };
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };

  try {
    const port = ports(options.port);
    const registry = closed(
      await startRegistry({
        port: port(2),
        folder: at('registry'),
        now,
        immutable: true,
        createOnPush: false,
        ...(options.pullAt && { pullAt: options.pullAt }),
      }),
    );
    const dynamodb = closed(await startDynamoDb({ port: 0, folder: at('dynamodb'), table: TABLE }));
    const queues = openQueues({ folder: at('queues'), now });
    queues.create({ name: `${QUEUE}-dead` });
    const visibilitySeconds = options.intervals.lease;
    const queue = queues.create({
      name: QUEUE,
      visibilitySeconds,
      deadLetter: { queue: `${QUEUE}-dead`, maxReceiveCount: 20 },
    });
    const clusters = (): EksCluster[] => {
      const { endpoint } = ownCluster ?? {};
      return endpoint === undefined ? [] : clustersOf(here.herd(), endpoint);
    };
    let awsUrl = '';
    let logs: LogFiles = { hasGroup: () => false, fileOf: () => undefined };
    const aws = closed(
      await startAws({
        port: 0,
        now,
        dynamodb,
        clusters,
        services: [
          ecrService({ store: registry.store, host: registry.host, now }),
          ssmService({ folder: at('parameters'), now }),
          sqsService(queues, () => awsUrl),
          logsService({
            hasGroup: (group) => logs.hasGroup(group),
            fileOf: (group, stream) => logs.fileOf(group, stream),
          }),
        ],
      }),
    );
    awsUrl = aws.url;
    Object.assign(process.env, localEnvironment(aws.url));

    const recipes = at('recipes');
    await writeRecipes(recipes);
    const prepared = await prepare({ table: TABLE, now });

    const [herdPath, kubeconfigPath] = [at('herd.json'), at('kubeconfig.json')];
    const functions = deployFunctions();
    const bus = closed(
      startBus({
        folder: at('events'),
        now,
        retryAfter: [1_000, 5_000],
        rules: [
          {
            name: 'drover-build-finished',
            source: 'aws.codebuild',
            detailType: 'CodeBuild Build State Change',
            handler: functions.buildFinished,
            timeoutSeconds: FUNCTION_TIMEOUT,
          },
        ],
        report: ({ outcome, reason }) => reason && onProblem(`build-finished: ${outcome}: ${reason}`),
      }),
    );

    let gatewayUrl = '';
    const github = closed(
      await startGitHub({
        port: port(1),
        folder: at('github'),
        webhookUrl: () => `${gatewayUrl}/webhooks/github`,
        secret: prepared.webhook,
        now,
        onDelivery: (delivery) => {
          const { status = 0, answer = 'nothing answered' } = delivery.attempts.at(-1) ?? {};
          if (status === 0 || status >= 400) onProblem(`a delivery of GitHub was not taken: ${status} ${answer}`);
          // The function that answered was being replaced.
          const known = isTooEarly(delivery) ? here.deployed().byRepository(delivery.repository) : undefined;
          if (known) void redeliverMissed(github, known);
        },
      }),
    );

    const elsewhere = options.kubeconfig && closed(keepKubeconfig(kubeconfigPath, options.kubeconfig, onProblem));
    const ecr = new ECRClient();
    const here = herdHere({
      github: github.url,
      path: herdPath,
      admit: (herd) => elsewhere?.write(herd.codebases),
      takeUp: (codebase) => takeUp(codebase, { ecr, github, clones: options.clones }),
      deploy: functions.deploy,
      onProblem,
    });

    // No base layer: the local cluster runs an image's files with the machine's own node, and needs no network for it.
    const base = options.kubeconfig === undefined ? { DROVER_BASE: 'none' } : {};
    let losing: number | undefined;
    const codebuild = closed(
      await startCodeBuild({
        port: port(3),
        folder: at('codebuild'),
        projects: () => here.herd().codebases.map((codebase) => projectOf(codebase, recipes, awsUrl, base)),
        environment: machineEnvironment(process.env),
        resolve: { parameter: parametersOf(new SSMClient()) },
        concurrency: 2,
        now,
        onLog: ({ project, text }) => options.onBuildLine(project.replace(/^drover-/, ''), text),
        onEvent: (event) => {
          if (losing === undefined) bus.put(PutEvent.parse(event));
          else losing += 1;
        },
      }),
    );
    process.env.AWS_ENDPOINT_URL_CODEBUILD = codebuild.endpoint;
    logs = codebuild.logs;

    const ownCluster = elsewhere
      ? undefined
      : closed(
          await startCluster({
            port: 0,
            folder: at('cluster'),
            registry: registry.url,
            verifyToken: async (token) => {
              const hosts = [new URL(awsUrl).host];
              const verdicts = clusters().map(({ name }) => verifyToken(token, name, { now, hosts }));
              return verdicts.some(({ kind }) => kind === 'known') ? 'drover' : undefined;
            },
          }),
        );

    if (options.kubeconfig === undefined) delete process.env.DROVER_KUBECONFIG;
    else process.env.DROVER_KUBECONFIG = kubeconfigPath;
    Object.assign(process.env, {
      DROVER_TABLE: TABLE,
      DROVER_QUEUE_URL: queueUrl(awsUrl, QUEUE),
      DROVER_REGISTRY: registry.host,
      DROVER_HERD: herdPath,
      DROVER_LEASE_SECONDS: String(options.intervals.lease),
      DROVER_LOOK_SECONDS: String(options.intervals.look),
      DROVER_WATCH_SECONDS: String(options.intervals.watch),
    });
    await here.take(options.file);
    const desk = operator({
      herd: here.herd,
      // A service of another cluster has an address there alone.
      cluster: ownCluster ?? { services: () => [] },
      registry: registry.host,
      url: () => gatewayUrl,
      approvalKey: prepared.approvalKey,
      table: TABLE,
      now,
    });
    const gateway = closed(
      await startGateway({
        port: port(0),
        now,
        routes: [
          { method: 'POST', path: '/webhooks/github', handler: functions.webhook, functionName: 'drover-webhook' },
          { method: 'GET', path: '/approvals/{token}', handler: functions.approval, functionName: 'drover-approval' },
          { method: 'HEAD', path: '/approvals/{token}', handler: functions.approval, functionName: 'drover-approval' },
          { method: 'POST', path: '/approvals/{token}', handler: functions.approval, functionName: 'drover-approval' },
          { method: 'GET', path: '/openapi.json', handler: functions.api, functionName: 'drover-api' },
          ...routes.flatMap(({ method, pattern }) =>
            (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((one) => {
              return { method: one, path: pattern, handler: functions.api, functionName: 'drover-api' };
            }),
          ),
        ],
        pages: [{ method: 'GET', path: '/', serve: serveList(desk, here.herd, now) }],
        report: ({ route, status, reason }) => status >= 500 && onProblem(`${route}: ${status} ${reason ?? ''}`),
      }),
    );
    gatewayUrl = gateway.url;
    process.env.DROVER_URL = gateway.url;
    closed(
      pollQueue({
        queue,
        handler: functions.worker,
        functionName: 'drover-worker',
        now,
        batchSize: 1,
        concurrency: 4,
        timeoutSeconds: FUNCTION_TIMEOUT,
        report: ({ failed, reason }) => failed > 0 && onProblem(`worker: ${reason ?? 'a message failed'}`),
      }),
    );
    closed(
      startSchedule({
        name: 'drover-sweep',
        everySeconds: options.intervals.sweep,
        handler: functions.sweep,
        now,
        report: ({ reason }) => reason && onProblem(`sweep: ${reason}`),
      }),
    );
    closed(
      startSchedule({
        name: 'drover-sweep-check',
        everySeconds: options.intervals.check ?? 30,
        handler: () => functions.sweep({ begin: 'check' }),
        now,
        report: ({ reason }) => reason && onProblem(`check: ${reason}`),
      }),
    );

    for (const codebase of here.herd().codebases) await redeliverMissed(github, codebase);

    return {
      url: gateway.url,
      /** Host and port, as images are named. */
      registry: registry.host,
      token: prepared.apiToken,
      /** What `drover` needs in its environment to work on this stack: it finds the local AWS as it finds the real one. */
      environment: {
        DROVER_URL: gateway.url,
        DROVER_TOKEN: prepared.apiToken,
        DROVER_TABLE: TABLE,
        // For `drover new`. Nobody signs in here: any token will do, and a real one is not for this address.
        DROVER_GITHUB: github.url,
        DROVER_GITHUB_TOKEN: 'local',
        DROVER_CODEBASES: resolve(options.clones),
        AWS_ENDPOINT_URL_CODEBUILD: codebuild.endpoint,
        ...localEnvironment(aws.url),
      },
      secret: prepared.webhook,
      approvalKey: prepared.approvalKey,
      github,
      close,
      herd: here.herd,
      /** Takes up the list as it is now, while everything runs on; what changed by it. */
      take: async (file: HerdFile) => {
        const changes = await here.take(file);
        for (const codebase of [...changes.added, ...changes.changed.map((each) => each.codebase)])
          await redeliverMissed(github, codebase);
        return changes;
      },
      placeOf: here.placeOf,
      /** The person's clone of a codebase, where it has one. */
      clone: (codebase: string) => {
        const { url, clone } = here.placeOf(codebase) ?? {};
        if (url === undefined || clone === undefined) throw new Error(`there is no clone of ${codebase}`);
        return { folder: clone, url };
      },
      /** Where a codebase's service answers; it may not be there yet. */
      service: (codebase: string, environment: string) => () => desk.serviceOf(codebase, environment) ?? '',
      approvalLink: desk.approvalLink,
      targets: desk.targets,
      releases: desk.releases,
      linkOf: desk.linkOf,
      /** The digest that the registry has under a commit's tag. */
      image: desk.image,
      /** From now on build events are lost. */
      loseBuildEvents: () => {
        losing = 0;
        return {
          /** How many were lost. */
          stop: () => {
            const lost = losing ?? 0;
            losing = undefined;
            return lost;
          },
        };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

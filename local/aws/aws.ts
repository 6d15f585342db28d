import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../http/listen.ts';
import type { LocalDynamoDb } from './dynamodb.ts';
import type { LocalCluster } from './eks.ts';
import { answerEks, answerJson, answerSts, type Exchange, fail } from './protocols.ts';
import type { JsonService } from './service.ts';

export type AwsOptions = {
  port: number;
  now: () => number;
  /** Services of the JSON protocols, each answering under its own `X-Amz-Target`. */
  services: JsonService[];
  /** Answers what is addressed to DynamoDB. */
  dynamodb?: Pick<LocalDynamoDb, 'handle'>;
  /** Read at each call: a cluster may come later. */
  clusters?: () => LocalCluster[];
  /** Told of every call, never of its content. */
  report?: (line: { service: string; operation: string; status: number }) => void;
};

export type LocalAws = { url: string; port: number; close: () => Promise<void> };

/** One endpoint for all services, for `AWS_ENDPOINT_URL`: by `X-Amz-Target`, by path (EKS) or by action (STS). */
export async function startAws(options: AwsOptions): Promise<LocalAws> {
  const server = createServer((request, response) => {
    const exchange = { request, response, url: new URL(request.url ?? '/', `http://${request.headers.host ?? 'aws'}`) };
    const { service, operation, answer } = choose(options, exchange);
    response.on('finish', () => options.report?.({ service, operation, status: response.statusCode }));
    answer().catch(() => response.destroy());
  });
  return listen(server, options.port, 'The local AWS');
}

type Chosen = { service: string; operation: string; answer: () => Promise<unknown> };

function choose({ services, dynamodb, clusters, now }: AwsOptions, exchange: Exchange): Chosen {
  const { request, response, url } = exchange;
  const [target = '', name = ''] = targetOf(request);
  if (target.startsWith('DynamoDB_') && dynamodb)
    return { service: 'DynamoDB', operation: name, answer: async () => dynamodb.handle(request, response) };
  if (target !== '') {
    const service = services.find((one) => one.target === target);
    return { service: target, operation: name, answer: () => answerJson(exchange, service, name) };
  }
  const cluster = /^\/clusters\/([^/]+)$/.exec(url.pathname)?.[1];
  if (cluster !== undefined && request.method === 'GET')
    return {
      service: 'EKS',
      operation: 'DescribeCluster',
      answer: () => answerEks(exchange, clusters?.() ?? [], cluster),
    };
  if (
    url.searchParams.has('Action') ||
    request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  )
    return { service: 'STS', operation: 'GetCallerIdentity', answer: () => answerSts(exchange, now) };
  return { service: 'unknown', operation: url.pathname, answer: () => unknown(request, response) };
}

/** `AmazonSSM.GetParameter`: the service's part and the operation's. */
function targetOf(request: IncomingMessage): string[] {
  const header = request.headers['x-amz-target'];
  const text = typeof header === 'string' ? header : '';
  const dot = text.lastIndexOf('.');
  return [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)];
}

async function unknown(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  fail(response, 'application/json', 'UnknownOperationException', 'No service of the local AWS answers this.', 404);
}

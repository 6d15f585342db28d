import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { listen } from '../local/http/listen.ts';
import { readBody } from '../local/http/read-body.ts';

/** A call as it went over the wire, with what the service answered. */
export type Call = {
  service: string;
  operation: string;
  status: number;
  /** The item of the table that it is about, its kind, the state that is written, and what the item owes then. */
  key?: string;
  record?: string;
  state?: string;
  owes?: string[];
};

const services: Record<string, string> = {
  AmazonSSM: 'SSM',
  AmazonSQS: 'SQS',
  CodeBuild_20161006: 'CodeBuild',
  DynamoDB_20120810: 'DynamoDB',
};

/** What the services read of a request; its signature is not checked on one machine. */
const passedOn = ['x-amz-target', 'x-amz-date', 'content-type', 'authorization'];

/** Passes calls on to the local AWS, CodeBuild's to the local CodeBuild, and tells each; `stop` gives those since `begin`. */
export async function startCounting(aws: string, codebuild: string) {
  let calls: Call[] = [];
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request, 1_000_000)) ?? Buffer.alloc(0);
    const header = (name: string): string => String(request.headers[name] ?? '');
    const [prefix = '', operation = ''] = header('x-amz-target').split('.');
    const service = services[prefix] ?? prefix;
    const headers = Object.fromEntries(passedOn.map((name) => [name, header(name)]));
    const answer = await fetch(service === 'CodeBuild' ? codebuild : aws, { method: 'POST', body, headers });
    const { status } = answer;
    calls.push({ service, operation, status, ...(service === 'DynamoDB' ? aboutItem(body.toString()) : {}) });
    response.writeHead(status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const { url, close } = await listen(server, 0, 'The counting endpoint');
  return {
    url,
    close,
    begin: () => {
      calls = [];
    },
    stop: () => calls,
  };
}

const Marshalled = z.record(z.string(), z.custom<AttributeValue>());
const Request = z.object({ Key: Marshalled.optional(), Item: Marshalled.optional() });
const Item = z.object({
  sk: z.string(),
  record: z.object({ state: z.string().optional() }).optional(),
  pending: z.array(z.object({ effect: z.object({ kind: z.string() }) })).optional(),
});

function aboutItem(body: string): Pick<Call, 'key' | 'record' | 'state' | 'owes'> {
  const { Key, Item: written } = Request.parse(JSON.parse(body));
  const marshalled = Key ?? written;
  if (marshalled === undefined) return {};
  const { sk, record, pending } = Item.parse(unmarshall(marshalled));
  return {
    key: sk,
    record: sk.split('#', 1)[0] ?? sk,
    ...(record?.state === undefined ? {} : { state: record.state }),
    ...(pending === undefined ? {} : { owes: pending.map(({ effect }) => effect.kind) }),
  };
}

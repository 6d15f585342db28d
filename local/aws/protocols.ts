import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/read-body.ts';
import { describeCluster, type LocalCluster } from './eks.ts';
import { AwsFault, type JsonService } from './service.ts';
import { callerAnswer, localIdentity, presignedCaller } from './sts.ts';

export type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };

/** More than any of these services takes. */
const bodyLimit = 16 * 1024 * 1024;

/** The JSON protocols 1.0 and 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export async function answerJson(
  { request, response }: Exchange,
  service: JsonService | undefined,
  name: string,
): Promise<void> {
  const body = await readBody(request, bodyLimit);
  const type = `application/x-amz-json-${service?.version ?? '1.1'}`;
  try {
    const operation = service && Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw new AwsFault('UnknownOperationException', `The operation ${name} is not known here.`);
    send(response, 200, { 'content-type': type }, JSON.stringify(await operation(jsonOf(body))));
  } catch (error) {
    const fault = faultOf(error);
    const code = service?.queryCode;
    if (code)
      response.setHeader('x-amzn-query-error', `${code(fault.name)};${fault.status < 500 ? 'Sender' : 'Receiver'}`);
    fail(response, type, fault.name, fault.message, fault.status);
  }
}

/** EKS speaks REST; the exception's name is in a header: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export async function answerEks(
  { request, response }: Exchange,
  clusters: LocalCluster[],
  name: string,
): Promise<void> {
  request.resume();
  try {
    const body = JSON.stringify(describeCluster(clusters, decodeURIComponent(name)));
    send(response, 200, { 'content-type': 'application/json' }, body);
  } catch (error) {
    const fault = faultOf(error);
    fail(response, 'application/json', fault.name, fault.message, fault.status);
  }
}

/** STS speaks the query protocol: GetCallerIdentity by POST, or by GET of a presigned URL, whose signature is then checked. */
export async function answerSts({ request, response, url }: Exchange, now: () => number): Promise<void> {
  const body = await readBody(request, bodyLimit);
  try {
    const presigned = request.method === 'GET';
    const action = presigned
      ? url.searchParams.get('Action')
      : new URLSearchParams(body?.toString('utf8')).get('Action');
    if (action !== 'GetCallerIdentity') throw new AwsFault('InvalidAction', `Could not find operation ${action}`);
    const identity = presigned ? presignedCaller(url, headersOf(request), { now }) : localIdentity;
    const json = request.headers.accept?.includes('application/json') ?? false;
    send(response, 200, { 'content-type': json ? 'application/json' : 'text/xml' }, callerAnswer(identity, json));
  } catch (error) {
    const { name, message, status } = faultOf(error);
    const code = `<Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${name}</Code><Message>${message.replace(/[<>&]/g, ' ')}</Message></Error>`;
    const text = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${code}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
    send(response, status, { 'content-type': 'text/xml' }, text);
  }
}

/** An exception in the JSON protocols. */
export function fail(response: ServerResponse, type: string, name: string, message: string, status: number): void {
  send(response, status, { 'content-type': type, 'x-amzn-errortype': name }, JSON.stringify({ __type: name, message }));
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function jsonOf(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') || '{}');
  } catch {
    throw new AwsFault('SerializationException', 'The body is not JSON.');
  }
}

function faultOf(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  return new AwsFault('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = (values ?? []).join(',');
  return headers;
}

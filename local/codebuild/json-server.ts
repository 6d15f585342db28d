import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Listening, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { ServiceError } from './requests.ts';

export type Operations = Record<string, (input: unknown) => object>;

/**
 * A server that speaks AWS JSON 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html): the operation in
 * X-Amz-Target, errors as `__type`. GET /logs/<build id> gives a build's log as plain text.
 */
export async function serveJson(
  port: number,
  operations: Operations,
  logFile: (id: string) => string,
): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return log(request, response);
    const body = await readBody(request, 1_000_000);
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = operations[target.replace(/^CodeBuild_20161006\./, '')];
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (!operation)
      return void send(400, { __type: 'UnknownOperationException', message: `${target} is not served here` });
    try {
      send(200, operation(JSON.parse(body?.toString() || '{}')));
    } catch (error) {
      if (error instanceof ServiceError) return void send(400, { __type: error.type, message: error.message });
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      const message = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : error.message;
      send(400, { __type: 'InvalidInputException', message });
    }
  }

  function log(request: IncomingMessage, response: ServerResponse): void {
    const id = /^\/logs\/([a-z0-9._-]+:[0-9a-f-]{36})$/i.exec(decodeURIComponent(request.url ?? ''))?.[1];
    const file = id && logFile(id);
    if (!file || !existsSync(file))
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('no such build\n');
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
    createReadStream(file).pipe(response);
  }

  // Longer than clients keep an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  return listen(server, port, 'CodeBuild');
}

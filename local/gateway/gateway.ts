import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Listening, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { callFunction, type LambdaHandler } from '../lambda/call.ts';
import { type GatewayAnswer, gatewayAnswer } from './answer.ts';
import { gatewayEvent } from './event.ts';
import { matchRoute, type Route } from './match-route.ts';

/** 10 MB and 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const payloadLimit = 10 * 1024 * 1024;
const integrationTimeoutSeconds = 30;

type GatewayRoute = Route & {
  handler: LambdaHandler<APIGatewayProxyEventV2>;
  /** Name of the function, for its context; the route when not given. */
  functionName?: string;
};

/** A page that the local stack alone serves: no gateway, no event, no Lambda. */
type PlainPage = Route & { serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> };

export type GatewayOptions = {
  port: number;
  routes: GatewayRoute[];
  pages?: PlainPage[];
  now: () => number;
  timeoutSeconds?: number;
  /** Told of every answer; `reason` says why an answer is the gateway's own. Neither query nor body is ever in it. */
  report?: (line: { method: string; route: string; status: number; milliseconds: number; reason?: string }) => void;
};

/** API Gateway's HTTP API with Lambda proxy integration, payload 2.0, in front of handlers in this process. */
export async function startGateway(options: GatewayOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    const started = options.now();
    handle(options, request, response)
      .then(({ route, reason }) => {
        options.report?.({
          method: request.method ?? '',
          route,
          status: response.statusCode,
          milliseconds: options.now() - started,
          ...(reason === undefined ? {} : { reason }),
        });
      })
      .catch(() => response.destroy());
  });
  return listen(server, options.port, 'The gateway');
}

type Handled = { route: string; reason?: string };

async function handle(options: GatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<Handled> {
  const path = new URL(request.url ?? '/', 'http://gateway').pathname;
  const page = matchRoute(options.pages ?? [], request.method ?? 'GET', path);
  if (page) {
    await page.route.serve(request, response);
    return { route: page.route.path };
  }
  const found = matchRoute(options.routes, request.method ?? 'GET', path);
  const body = await readBody(request, payloadLimit);
  if (!found) return own(response, '$none', 404, 'Not Found');
  const route = `${found.route.method} ${found.route.path}`;
  if (!body) return own(response, route, 413, 'Request Entity Too Large');
  const event = gatewayEvent({ request, body, route, pathParameters: found.parameters, now: options.now() });
  const outcome = await callFunction(found.route.handler, event, {
    name: found.route.functionName ?? route,
    timeoutSeconds: options.timeoutSeconds ?? integrationTimeoutSeconds,
    now: options.now,
  });
  if (outcome.kind === 'timed-out')
    return own(response, route, 503, 'Service Unavailable', 'the function took too long');
  if (outcome.kind === 'failed') return own(response, route, 500, 'Internal Server Error', outcome.reason);
  const answer = gatewayAnswer(outcome.value);
  if (!answer) return own(response, route, 500, 'Internal Server Error', 'the function answered in no known form');
  send(response, answer);
  return { route };
}

/** The gateway's own answers: `{"message":…}`. */
function own(response: ServerResponse, route: string, status: number, message: string, reason = message): Handled {
  const body = Buffer.from(JSON.stringify({ message }));
  send(response, { status, headers: { 'content-type': 'application/json' }, cookies: [], body });
  return { route, reason };
}

function send(response: ServerResponse, { status, headers, cookies, body }: GatewayAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.end(body);
}

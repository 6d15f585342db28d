// Each rule beside the place where AWS says it.
import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterEach, expect, test } from 'vitest';
import { type GatewayOptions, startGateway } from '../../local/gateway/gateway.ts';

const started: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

async function gateway(options: Partial<GatewayOptions>) {
  const one = await startGateway({ port: 0, routes: [], now: () => Date.UTC(2026, 7, 7, 1, 37, 53), ...options });
  started.push(one);
  return one.url;
}

/** A route that keeps the event and the context it was called with. */
function recorder(method: string, path: string, answer: unknown = { statusCode: 200, body: 'ok' }) {
  const seen: { event: APIGatewayProxyEventV2; context: Context }[] = [];
  const handler = async (event: APIGatewayProxyEventV2, context: Context) => {
    seen.push({ event, context });
    return answer;
  };
  return { seen, route: { method, path, handler } };
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
test('header names are in lower case, and duplicates are combined with commas', async () => {
  const { seen, route } = recorder('GET', '/x');
  const { port } = new URL(await gateway({ routes: [route] }));
  await new Promise<void>((resolve) => {
    const headers = ['Host', 'example', 'X-Signature', 'one', 'x-signature', 'two', 'Cookie', 'a=1; b=2'];
    httpRequest({ host: '127.0.0.1', port, path: '/x', headers }, (response) => {
      response.resume().on('end', resolve);
    }).end();
  });
  expect(seen[0]?.event.headers['x-signature']).toBe('one,two');
  expect(seen[0]?.event.cookies).toEqual(['a=1', 'b=2']);
  expect(seen[0]?.event.headers).not.toHaveProperty('cookie');
});

// The same page: "duplicate query strings are combined with commas"; the raw string is as it was sent.
test('the raw query string is untouched', async () => {
  const { seen, route } = recorder('GET', '/x');
  await fetch(`${await gateway({ routes: [route] })}/x?b=%2Fz&a=1&a=2+3`);
  expect(seen[0]?.event.rawQueryString).toBe('b=%2Fz&a=1&a=2+3');
  expect(seen[0]?.event.queryStringParameters).toEqual({ b: '/z', a: '1,2 3' });
});

test.each([
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['text/html', false],
  ['application/xml', false],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['application/problem+json', true],
])('a body of type %s arrives in base64: %s', async (type, encoded) => {
  const { seen, route } = recorder('POST', '/x');
  const body = Buffer.from('{"a":"ü"}');
  await fetch(`${await gateway({ routes: [route] })}/x`, { method: 'POST', body, headers: { 'content-type': type } });
  expect(seen[0]?.event.isBase64Encoded).toBe(encoded);
  expect(Buffer.from(seen[0]?.event.body ?? '', encoded ? 'base64' : 'utf8')).toEqual(body);
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
test('path parameters, and the full match before the greedy before $default', async () => {
  const named = recorder('GET', '/approvals/{token}', { statusCode: 200, body: 'named' });
  const greedy = recorder('GET', '/approvals/{rest+}', { statusCode: 200, body: 'greedy' });
  const other = recorder('ANY', '$default', { statusCode: 200, body: 'default' });
  const url = await gateway({ routes: [other.route, greedy.route, named.route] });
  expect(await (await fetch(`${url}/approvals/a%20b`)).text()).toBe('named');
  expect(named.seen[0]?.event.pathParameters).toEqual({ token: 'a b' });
  expect(named.seen[0]?.event.routeKey).toBe('GET /approvals/{token}');
  expect(named.seen[0]?.event.requestContext.time).toBe('07/Aug/2026:01:37:53 +0000');
  expect(await (await fetch(`${url}/approvals/a/b`)).text()).toBe('greedy');
  expect(greedy.seen[0]?.event.pathParameters).toEqual({ rest: 'a/b' });
  expect(await (await fetch(`${url}/approvals/x`, { method: 'POST' })).text()).toBe('default');
});

test('an unknown route is 404 {"message":"Not Found"}', async () => {
  const answer = await fetch(`${await gateway({ routes: [recorder('GET', '/x').route] })}/y`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ message: 'Not Found' });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: payload size 10 MB
test('more than 10 MB is 413 and the function is not called', async () => {
  const { seen, route } = recorder('POST', '/x');
  const url = await gateway({ routes: [route] });
  const send = (bytes: number) => fetch(`${url}/x`, { method: 'POST', body: Buffer.alloc(bytes) });
  expect((await send(10 * 1024 * 1024 + 1)).status).toBe(413);
  expect(seen).toEqual([]);
  expect((await send(10 * 1024 * 1024)).status).toBe(200);
});

// The same page: maximum integration timeout, 30 seconds.
test('a function that takes too long is 503', async () => {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const handler = () => promise;
  const url = await gateway({ routes: [{ method: 'GET', path: '/x', handler }], timeoutSeconds: 0.05 });
  const answer = await fetch(`${url}/x`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ message: 'Service Unavailable' });
  release();
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
test('a function that throws, or answers in no known form, is 500, and the reason stays inside', async () => {
  const reasons: (string | undefined)[] = [];
  const thrower = async () => {
    throw new Error('no such table');
  };
  const url = await gateway({
    routes: [
      { method: 'GET', path: '/throws', handler: thrower },
      recorder('GET', '/odd', { statusCode: 'many' }).route,
    ],
    report: ({ reason }) => reasons.push(reason),
  });
  for (const path of ['/throws', '/odd']) {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ message: 'Internal Server Error' });
  }
  expect(reasons).toEqual(['no such table', 'the function answered in no known form']);
});

// The integrations page: without statusCode, API Gateway makes 200, application/json; each cookie becomes a set-cookie header.
test('answers: structured, inferred, cookies and binary', async () => {
  const url = await gateway({
    routes: [
      recorder('GET', '/inferred', { hello: 'world' }).route,
      recorder('GET', '/cookies', { statusCode: 201, cookies: ['a=1', 'b=2'], headers: { 'X-Y': 'z' }, body: 'text' })
        .route,
      recorder('GET', '/binary', { statusCode: 200, isBase64Encoded: true, body: 'AAH/' }).route,
      recorder('GET', '/unchanged', { statusCode: 304, headers: { etag: '"1"' } }).route,
    ],
  });
  const inferred = await fetch(`${url}/inferred`);
  expect(inferred.headers.get('content-type')).toBe('application/json');
  expect(await inferred.json()).toEqual({ hello: 'world' });
  const cookies = await fetch(`${url}/cookies`);
  expect(cookies.status).toBe(201);
  expect(cookies.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(cookies.headers.get('x-y')).toBe('z');
  expect(Buffer.from(await (await fetch(`${url}/binary`)).arrayBuffer())).toEqual(Buffer.from([0, 1, 255]));
  expect((await fetch(`${url}/unchanged`)).status).toBe(304);
});

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
test('the function gets a context with its name and the time that is left', async () => {
  const { seen, route } = recorder('GET', '/x');
  await fetch(`${await gateway({ routes: [{ ...route, functionName: 'webhook' }] })}/x`);
  expect(seen[0]?.context.functionName).toBe('webhook');
  expect(seen[0]?.context.getRemainingTimeInMillis()).toBe(30_000);
});

test('a plain page is served beside the gateway', async () => {
  const url = await gateway({
    pages: [{ method: 'GET', path: '/', serve: async (_, response) => void response.end('a list') }],
  });
  expect(await (await fetch(url)).text()).toBe('a list');
});

test('a taken port is a plain line', async () => {
  const { port } = new URL(await gateway({}));
  await expect(gateway({ port: Number(port) })).rejects.toThrow(/The gateway cannot listen on port \d+: .*EADDRINUSE/);
});

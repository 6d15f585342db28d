import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decoded } from './match-route.ts';

type Incoming = {
  request: IncomingMessage;
  body: Buffer;
  route: string;
  pathParameters: Record<string, string>;
  now: number;
};

/**
 * The event that a function gets, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function gatewayEvent({ request, body, route, pathParameters, now }: Incoming): APIGatewayProxyEventV2 {
  const [target = '/', ...rest] = (request.url ?? '/').split('?');
  const rawQueryString = rest.join('?');
  const { headers, cookies } = headersOf(request);
  const isText = isTextType(headers['content-type']);
  const query = queryOf(rawQueryString);
  // HTTP APIs hand over the path percent-decoded (seen on AWS: github.com/hotsock/voker/pull/8).
  const rawPath = decoded(target);
  return {
    version: '2.0',
    routeKey: route,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: (headers.host ?? '').split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route,
      stage: '$default',
      time: accessLogTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Names in lower case, repeated headers joined by commas, cookies apart. */
function headersOf(request: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (name === 'cookie')
      cookies.push(...values.flatMap((value) => value.split(/; */)).filter((cookie) => cookie !== ''));
    else headers[name] = values.join(',');
  }
  return { headers, cookies };
}

/** Decoded values; a name given twice has its values joined by commas. */
function queryOf(rawQueryString: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    query[name] = name in query ? `${query[name]},${value}` : value;
  return query;
}

/** What arrives as text; all else, forms and bodies without a type among it, in base64 (tried on AWS: github.com/ministackorg/ministack/pull/766). */
function isTextType(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || ['application/json', 'application/xml', 'application/javascript'].includes(type);
}

/** `07/Aug/2026:01:37:53 +0000` */
function accessLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

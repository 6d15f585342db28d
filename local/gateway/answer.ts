import * as z from 'zod';

const Structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
  cookies: z.array(z.string()).nullish(),
});

export type GatewayAnswer = { status: number; headers: Record<string, string>; cookies: string[]; body: Buffer };

/**
 * What is sent for what a function returned, format 2.0; undefined where API Gateway would answer 500. A value without
 * `statusCode` is a JSON body of its own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.v2
 */
export function gatewayAnswer(value: unknown): GatewayAnswer | undefined {
  if (value === undefined || value === null || typeof value !== 'object' || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
  }
  const parsed = Structured.safeParse(value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, body, isBase64Encoded, cookies } = parsed.data;
  const sent: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers ?? {})) sent[name.toLowerCase()] = String(header);
  // Without a type, API Gateway says text/plain.
  sent['content-type'] ??= 'text/plain; charset=utf-8';
  return {
    status: statusCode,
    headers: sent,
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

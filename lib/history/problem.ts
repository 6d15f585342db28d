import * as z from 'zod';
import type { HttpResponse } from '../lambda/http.ts';
import { ReleaseView, TargetView } from './views.ts';

/** Every problem the API can answer with: its status and title. The ids never change; `type` is `urn:drover:problem:<id>`. */
export const problems = {
  'bad-parameter': { status: 400, title: 'A parameter is not what it should be' },
  'bad-body': { status: 400, title: 'The body is not what it should be' },
  unauthenticated: { status: 401, title: 'A valid bearer token is needed' },
  'not-allowed': { status: 403, title: 'The token may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'Not possible at this address' },
  ambiguous: { status: 409, title: 'Several commits begin so' },
  refused: { status: 409, title: 'Refused as things are now' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  unreadable: { status: 500, title: 'The record does not parse' },
} as const;
export type ProblemId = keyof typeof problems;

const Extras = z.object({
  parameter: z.string().optional().meta({ description: 'Which parameter, for bad-parameter and bad-body' }),
  reason: z
    .string()
    .optional()
    .meta({ description: 'Why, in kebab-case, for refused', example: 'rollout-in-progress' }),
  commits: z.array(z.string()).optional().meta({ description: 'Which commits, for ambiguous' }),
  release: ReleaseView.optional().meta({ description: 'The release as it is now, for refused' }),
  target: TargetView.optional().meta({ description: 'The target as it is now, for refused' }),
});

export const Problem = Extras.extend({
  type: z.templateLiteral(['urn:drover:problem:', z.string()]).meta({
    override: { type: 'string', enum: Object.keys(problems).map((id) => `urn:drover:problem:${id}`) },
  }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
}).meta({ id: 'Problem', description: 'A problem as RFC 9457 has it.' });
export type Problem = z.infer<typeof Problem>;

/** An answer that says what is wrong (RFC 9457). */
export function problem(
  id: ProblemId,
  detail: string,
  extras: z.infer<typeof Extras> = {},
  headers: Record<string, string> = {},
): HttpResponse {
  const { status, title } = problems[id];
  const body: Problem = { type: `urn:drover:problem:${id}`, title, status, detail, ...extras };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: `${JSON.stringify(body)}\n`,
  };
}

import type { z } from 'zod';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import {
  ReleaseAnswer,
  ReleaseOperated,
  ReleasesAnswer,
  TargetAnswer,
  TargetOperated,
  TargetsAnswer,
} from './answers.ts';
import { Problem, type ProblemId, problems } from './problem.ts';
import {
  AbortBody,
  CheckBody,
  HoldBody,
  OfferBody,
  RebuildBody,
  ReleasePath,
  ReleaseQuery,
  ReleasesQuery,
  RollbackBody,
  TargetPath,
  TargetsQuery,
  UnholdBody,
} from './requests.ts';

/** The description of the history API, made of the schemas that parse its requests and shape its answers. Kept as `openapi.json`. */
export function openApi(): ReturnType<typeof createDocument> {
  const target = { path: TargetPath };
  return createDocument({
    ...about,
    paths: {
      '/releases': {
        get: read('listReleases', 'Releases, the last pushed first', { query: ReleasesQuery }, ReleasesAnswer),
      },
      '/releases/{codebase}/{commit}': {
        get: read(
          'getRelease',
          'One release with all its entries',
          { path: ReleasePath, query: ReleaseQuery },
          ReleaseAnswer,
          ['not-found', 'ambiguous', 'unreadable'],
        ),
      },
      '/releases/{codebase}/{commit}/rebuild': {
        post: operate(
          'rebuildRelease',
          'Builds a failed or superseded release again',
          { path: ReleasePath },
          RebuildBody,
          ReleaseOperated,
          '202',
        ),
      },
      '/targets': { get: read('listTargets', 'Targets, by name', { query: TargetsQuery }, TargetsAnswer) },
      '/targets/{codebase}/{environment}': {
        get: read('getTarget', 'One target with its last entries', target, TargetAnswer, ['not-found', 'unreadable']),
      },
      '/targets/{codebase}/{environment}/offer': {
        post: operate(
          'offerRelease',
          'Offers any built release, also an older one',
          target,
          OfferBody,
          TargetOperated,
          '202',
        ),
      },
      '/targets/{codebase}/{environment}/rollback': {
        post: operate(
          'rollBack',
          'Rolls back to what was live there, and holds the target',
          target,
          RollbackBody,
          TargetOperated,
          '202',
        ),
      },
      '/targets/{codebase}/{environment}/abort': {
        post: operate(
          'abortRollout',
          'Ends the rollout under way and rolls it back',
          target,
          AbortBody,
          TargetOperated,
          '202',
        ),
      },
      '/targets/{codebase}/{environment}/check': {
        post: operate(
          'checkTarget',
          'Looks whether what runs is what was approved; an entry of the target then says what was seen',
          target,
          CheckBody,
          TargetOperated,
          '202',
        ),
      },
      '/targets/{codebase}/{environment}/hold': {
        post: operate(
          'hold',
          'Holds a target: nothing is rolled out there until the hold ends',
          target,
          HoldBody,
          TargetOperated,
          '200',
        ),
      },
      '/targets/{codebase}/{environment}/unhold': {
        post: operate('unhold', 'Ends a hold', target, UnholdBody, TargetOperated, '200'),
      },
    },
  });
}

const about: ZodOpenApiObject = {
  openapi: '3.1.1',
  info: {
    title: 'drover',
    version: '1',
    description:
      'What was pushed, built, approved and rolled out, and what a person may do about it. Times are ISO 8601 in UTC. What a person decides names the number that they saw (attempt, offers, number, holds, hold); another is refused with 409 and what is so now.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/', description: 'Where this description came from' }],
  security: [{ token: [] }],
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'Made by `drover token create NAME --scope read|operate`.',
      },
    },
  },
};

type Parameters = NonNullable<ZodOpenApiOperationObject['requestParams']>;

function read(
  operationId: string,
  summary: string,
  requestParams: Parameters,
  schema: z.ZodType,
  more: ProblemId[] = [],
): ZodOpenApiOperationObject {
  const headers = { ETag: { schema: { type: 'string' as const }, description: 'Strong, over the body' } };
  return {
    operationId,
    summary,
    requestParams,
    responses: {
      '200': { description: 'Here it is', headers, content: { 'application/json': { schema } } },
      '304': { description: 'What If-None-Match names is still so' },
      ...problemResponses(['bad-parameter', 'unauthenticated', ...more]),
    },
  };
}

function operate(
  operationId: string,
  summary: string,
  requestParams: Parameters,
  body: z.ZodType,
  schema: z.ZodType,
  status: '200' | '202',
): ZodOpenApiOperationObject {
  const refusals: ProblemId[] = [
    'bad-body',
    'unauthenticated',
    'not-allowed',
    'not-found',
    'refused',
    'body-too-large',
    'unsupported-media-type',
  ];
  return {
    operationId,
    summary,
    requestParams,
    requestBody: { content: { 'application/json': { schema: body } } },
    responses: {
      [status]: { description: status === '202' ? 'Begun' : 'Done', content: { 'application/json': { schema } } },
      ...problemResponses(refusals),
    },
  };
}

function problemResponses(ids: ProblemId[]): ZodOpenApiOperationObject['responses'] {
  return Object.fromEntries(
    ids.map((id) => [
      `${problems[id].status}`,
      { description: problems[id].title, content: { 'application/problem+json': { schema: Problem } } },
    ]),
  );
}

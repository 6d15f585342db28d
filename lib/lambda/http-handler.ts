import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type HttpRequest, type HttpResponse, requestOf, resultOf } from './http.ts';
import type { Log } from './log.ts';
import { problemOf } from './problem.ts';

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The handler of a function behind the HTTP API. The one place where an error becomes an answer: logged, and said as a problem. */
export const httpHandler =
  <S extends { log: Log }>(
    services: () => S,
    handle: (request: HttpRequest, services: S) => Promise<HttpResponse>,
  ): Handler =>
  async (event) => {
    const given = services();
    try {
      return resultOf(await handle(requestOf(event), given));
    } catch (error) {
      given.log.error('not answered', error, { route: event.routeKey });
      return resultOf(problemOf(error));
    }
  };

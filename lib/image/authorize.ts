import { type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import type { Authorize, Fetch } from './registry-client.ts';

const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Answers a registry's 401. `Basic` is ECR's (its token is `AWS:<password>` in base64 and lasts 12 hours); `Bearer` is fetched
 * without an account, which is enough to read a public base.
 */
export function authorizeWith(fetch: Fetch, ecr: () => ECRClient): Authorize {
  return async (challenge, repository) => {
    if (/^basic/i.test(challenge)) {
      const { authorizationData } = await ecr().send(new GetAuthorizationTokenCommand({}));
      const token = authorizationData?.[0]?.authorizationToken;
      return token && `Basic ${token}`;
    }
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1];
    if (!/^bearer/i.test(challenge) || !realm) return undefined;
    const url = new URL(realm);
    const service = /service="([^"]+)"/.exec(challenge)?.[1];
    if (service) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${repository}:pull`);
    const answer = await fetch(url);
    if (!answer.ok) return undefined;
    const { token, access_token } = Token.parse(await answer.json());
    const found = token ?? access_token;
    return found && `Bearer ${found}`;
  };
}

import * as z from 'zod';
import type { Authorize, Fetch } from './registry-client.ts';

const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** The SDK is loaded only where it is asked for: it takes longer to load than a local push. */
const tokenOfEcr = async (): Promise<string | undefined> => {
  const { ecrToken } = await import('./ecr-token.ts');
  return ecrToken({});
};

/**
 * Answers a registry's 401. `Basic` is ECR's (its token is `AWS:<password>` in base64 and lasts 12 hours); `Bearer` is fetched
 * without an account, which is enough to read a public base.
 */
export function authorizeWith(fetch: Fetch, ecrToken: () => Promise<string | undefined> = tokenOfEcr): Authorize {
  return async (challenge, repository) => {
    if (/^basic/i.test(challenge)) {
      const token = await ecrToken();
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

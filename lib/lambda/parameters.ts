import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type CacheOptions, cachedParameters, type Parameters } from './cached-parameters.ts';

/** Parameters through the SDK's client. Where the bundle must be small, `readBySignedPost` reads them instead. */
export const parameters = ({ client, ...cache }: CacheOptions & { client: SSMClient }): Parameters =>
  cachedParameters({
    ...cache,
    read: async (Names) => {
      const answer = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
      const pairs = (answer.Parameters ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const);
      return new Map(pairs.filter(([, value]) => value !== ''));
    },
  });

import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type Instant, minutes } from '../engine/instant.ts';

/** SecureString parameters by their last name; undefined where there is none. */
export type Parameters = {
  get: (name: string) => Promise<string | undefined>;
  /** The same, read anew unless it was read within the last minute. */
  refresh: (name: string) => Promise<string | undefined>;
};

export type ParametersOptions = {
  client: SSMClient;
  /** `/drover`, without a slash at its end. */
  prefix: string;
  /** All that this function may read, at most 10 (GetParameters' own limit): one refused name refuses the call. */
  names: string[];
  now: () => Instant;
  /** Milliseconds; five minutes unless said otherwise. */
  maxAge?: number;
};

/**
 * Reads all names by one call, and again when they are older than `maxAge`. While the store is out of reach, what was read last
 * goes on being used; with nothing read yet, the store's error is thrown. Written here and not taken from Powertools: that one
 * has no refresh at most once a minute, and adds 4.3 kB of gzip to every bundle.
 */
export function parameters({ client, prefix, names, now, maxAge = minutes(5) }: ParametersOptions): Parameters {
  let known: Map<string, string> | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Map<string, string>> | undefined;

  const read = async (): Promise<Map<string, string>> => {
    const Names = names.map((name) => `${prefix}/${name}`);
    const answer = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    const pairs = (answer.Parameters ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const);
    return new Map(pairs.filter(([, value]) => value !== ''));
  };

  const load = (age: number): Promise<Map<string, string>> => {
    if (underWay) return underWay;
    if (known && now() - triedAt < age) return Promise.resolve(known);
    triedAt = now();
    underWay = read()
      .then((fresh) => {
        known = fresh;
        return fresh;
      })
      .catch((error: unknown) => {
        if (known) return known;
        throw error;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  const from = async (name: string, age: number) => (await load(age)).get(`${prefix}/${name}`);
  return { get: (name) => from(name, maxAge), refresh: (name) => from(name, minutes(1)) };
}

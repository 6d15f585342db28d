import { hours } from '../lib/engine/instant.ts';
import { revokeToken, storeToken, type TokenTable } from '../lib/history/token-table.ts';
import { makeToken, Scope } from '../lib/history/tokens.ts';
import type { CliServices } from './services.ts';
import { type TakeWord, Usage, wholeNumber } from './usage.ts';

/** Makes and keeps a token. Gives back its text, which is nowhere else. */
export async function createToken(
  word: TakeWord,
  { scope, days }: Record<string, string | undefined>,
  services: CliServices,
): Promise<string> {
  const name = word('NAME');
  word.end();
  const wanted = Scope.safeParse(scope);
  if (!wanted.success) throw new Usage(`--scope is read or operate${scope === undefined ? '' : `, not “${scope}”`}`);
  const now = services.now();
  const lifetime = wholeNumber(days, 'days');
  const expiresAt = lifetime === undefined ? undefined : now + lifetime * hours(24);
  const { text, stored } = makeToken(name, wanted.data, now, services.random, expiresAt);
  await storeToken(tableOf(services), stored);
  const until = expiresAt === undefined ? 'until it is revoked' : `until ${new Date(expiresAt).toISOString()}`;
  return `${text}\nKeep it: it is not shown again. Its id is ${stored.id}; it may ${wanted.data}, ${until}.`;
}

/** Revokes a token by its id, or by the token itself. */
export async function endToken(word: TakeWord, _: unknown, services: CliServices): Promise<string> {
  const id = word('TOKEN-ID').replace(/^drover_([0-9a-f]{16})_.*$/, '$1');
  word.end();
  const outcome = await revokeToken(tableOf(services), id, services.now());
  if (outcome === 'unknown') throw new Usage(`there is no token with the id ${id}`);
  return `${id} is revoked.`;
}

function tableOf({ env, tokenTable }: CliServices): TokenTable {
  if (!env.DROVER_TABLE) throw new Usage('set DROVER_TABLE to the name of the table, as `serverless deploy` prints it');
  return tokenTable(env.DROVER_TABLE);
}

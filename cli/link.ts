import { approvalLink } from '../lib/approval/token.ts';
import { findTarget } from '../lib/history/find-target.ts';
import type { CliServices } from './services.ts';
import { type TakeWord, Usage } from './usage.ts';

/**
 * The approval link of the open question of a target, made of the record as it is now. It is a capability: who may read the table and
 * the key may make it, and nobody else.
 */
export async function link(word: TakeWord, _: unknown, services: CliServices): Promise<string> {
  const [codebase, environment] = [word('CODEBASE'), word('ENVIRONMENT')];
  word.end();
  const { DROVER_TABLE: tableName, DROVER_URL: url } = services.env;
  if (!tableName) throw new Usage('set DROVER_TABLE to the name of the table, as `serverless deploy` prints it');
  if (!url) throw new Usage('set DROVER_URL to the address of drover, as `serverless deploy` prints it');
  const unreadable = ({ pk, sk }: { pk: string; sk: string }) => {
    throw new Error(`the record ${pk} ${sk} cannot be read`);
  };
  const found = await findTarget({ ...services.tokenTable(tableName), unreadable }, codebase, environment);
  if (found.kind !== 'found') throw new Usage(`${codebase} has nothing in ${environment} yet`);
  const current = await services.parameter('approval-key');
  if (current === undefined) throw new Usage('there is no parameter approval-key: docs/aws.md says how to make it');
  const made = approvalLink(url.replace(/\/+$/, ''), found.target, { current });
  if (made !== undefined) return made;
  const { held, rollout } = found.target;
  const why = held ? `it is held: ${held.reason}` : rollout ? 'something rolls out' : 'no release waits';
  return `Nothing is asked for ${codebase} in ${environment}: ${why}.`;
}

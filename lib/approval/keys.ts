import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Instant } from '../engine/instant.ts';
import { Failure } from '../lambda/failure.ts';
import { parameters } from '../lambda/parameters.ts';
import type { ApprovalKeys } from './token.ts';

/** The keys of approval links, out of the parameter store. Throws where there is none: no link can be made or believed. */
export function approvalKeys(options: { client: SSMClient; prefix: string; now: () => Instant }) {
  const { get } = parameters({ ...options, names: ['approval-key', 'approval-key-previous'] });
  return async (): Promise<ApprovalKeys> => {
    const [current, previous] = await Promise.all([get('approval-key'), get('approval-key-previous')]);
    if (current === undefined)
      throw new Failure('no-approval-key', 'there is no parameter approval-key', { retryable: false });
    return previous === undefined ? { current } : { current, previous };
  };
}

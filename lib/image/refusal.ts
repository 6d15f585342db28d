import { Failure } from '../lambda/failure.ts';

/** What a developer must be told in one plain line: trying again would not help. */
export const refusal = (message: string, cause?: unknown): Failure =>
  new Failure('refused', message, { retryable: false, cause });

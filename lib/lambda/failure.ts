/**
 * The one error class: what went wrong (`code`, kebab-case), in words that hold no payload, token or link, and whether trying
 * again can help. `retryAfter` is in milliseconds, where the other side said so.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, how: { retryable: boolean; retryAfter?: number; cause?: unknown }) {
    super(message, how.cause === undefined ? undefined : { cause: how.cause });
    this.code = code;
    this.retryable = how.retryable;
    this.retryAfter = how.retryAfter;
  }
}

/** Whether trying again can help. What is not a `Failure` comes from a network or a service, and is tried again. */
export const isRetryable = (error: unknown): boolean => !(error instanceof Failure) || error.retryable;

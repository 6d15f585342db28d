import { Failure } from '../lambda/failure.ts';

/** What a cluster could not answer. `retryable` says whether trying again can help; `message` is one plain line without secrets. */
export class ClusterError extends Failure {
  declare readonly code: ClusterErrorCode;

  constructor(
    code: ClusterErrorCode,
    message: string,
    how: { retryable: boolean; retryAfter?: number; cause?: unknown },
  ) {
    super(code, message, how);
  }
}

export type ClusterErrorCode =
  /** Nobody answers at its address, or the answer took too long. */
  | 'unreachable'
  /** It answered 429 or 5xx. */
  | 'unavailable'
  /** Its certificate is not signed by the CA that belongs to it, or has expired. */
  | 'untrusted'
  /** It does not know us: 401. */
  | 'unauthorized'
  /** It knows us, and says no: 403. */
  | 'forbidden'
  /** Something changed between looking and patching: 409. */
  | 'conflict'
  /** No such cluster, or no way to it that we may use. */
  | 'cluster-unknown'
  /** An answer that is not what Kubernetes answers. */
  | 'garbled'
  /** Any other refusal. */
  | 'refused';

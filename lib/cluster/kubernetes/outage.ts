import { ClusterError } from '../cluster-error.ts';

/** Why a connection failed, in one plain line. Codes: Node.js, "Common system errors" and "X509 certificate error codes". */
export function asOutage(
  server: string,
  cause: Error,
  { limit, connected }: { limit: number; connected: boolean },
): ClusterError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const outage = (kind: 'untrusted' | 'unauthorized' | 'garbled' | 'unreachable', message: string) =>
    new ClusterError(kind, message, { retryable: true, cause });
  if (code === 'CERT_HAS_EXPIRED') return outage('untrusted', `the certificate of ${server} has expired`);
  if (code === 'CERT_NOT_YET_VALID')
    return outage('untrusted', `the certificate of ${server} is not valid yet: do the clocks differ?`);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return outage('untrusted', `the certificate of ${server} is for another name`);
  if (/ALERT/.test(code)) return outage('unauthorized', `${server} refuses our client certificate (${code})`);
  if (/^ERR_SSL|^EPROTO/.test(code)) return outage('garbled', `${server} does not speak TLS as an API server does`);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code))
    return outage('untrusted', `the certificate of ${server} is not one that its CA vouches for (${code})`);
  if (/^HPE_/.test(code)) return outage('garbled', `${server} answered something that is not HTTP (${code})`);
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError')
    return outage(
      'unreachable',
      connected
        ? `${server} did not answer within ${limit / 1_000} s`
        : `${server} cannot be reached: no connection within ${limit / 1_000} s${PRIVATE}`,
    );
  const elsewhere = /^(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code) ? PRIVATE : '';
  return outage('unreachable', `${server} cannot be reached (${code || cause.message})${elsewhere}`);
}

const PRIVATE = '; a private endpoint is reached only from its own network';

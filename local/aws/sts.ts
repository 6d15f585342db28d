import { localAccount, localCredentials } from './credentials.ts';
import { verifyPresigned } from './presigned.ts';
import { AwsFault } from './service.ts';

/** Somebody that has credentials of the local stack. */
export type Identity = { accessKeyId: string; secretAccessKey: string; arn: string; userId: string; account: string };

export type TokenVerdict = { kind: 'known'; identity: Identity } | { kind: 'refused'; reason: string };

export type VerifyOptions = {
  now: () => number;
  identities?: Identity[];
  /** Hosts beside AWS's own that a token's URL may name: the local stack's. */
  hosts?: string[];
};

/** The one identity of the local stack. */
export const localIdentity: Identity = {
  ...localCredentials,
  arn: `arn:aws:sts::${localAccount}:assumed-role/drover/worker`,
  userId: 'AROALOCALDROVER:worker',
  account: localAccount,
};

/** https://docs.aws.amazon.com/general/latest/gr/sts.html */
const stsHost = /^sts(-fips)?(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/;

/**
 * Who made a `k8s-aws-v1.` token, if it is for this cluster: the rules of
 * https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/v0.6.13/pkg/token/token.go, the signature checked here.
 */
export function verifyToken(token: string, cluster: string, options: VerifyOptions): TokenVerdict {
  const prefix = 'k8s-aws-v1.';
  if (!token.startsWith(prefix)) return refused('not a token of EKS');
  if (token.length > 4_096) return refused('the token is too long');
  const text = Buffer.from(token.slice(prefix.length), 'base64url').toString('utf8');
  if (!URL.canParse(text)) return refused('the token holds no URL');
  const url = new URL(text);
  if (!stsHost.test(url.hostname) && !options.hosts?.includes(url.host)) return refused('its host is not STS');
  if (url.pathname !== '/') return refused('its path is not /');
  if (url.searchParams.get('Action') !== 'GetCallerIdentity') return refused('its action is not GetCallerIdentity');
  return verifyCaller(url, { host: url.host, 'x-k8s-aws-id': cluster }, ['host', 'x-k8s-aws-id'], options);
}

/** Who made a presigned GetCallerIdentity request, with the headers that it came with. */
function verifyCaller(
  url: URL,
  headers: Record<string, string>,
  mustSign: string[],
  { now, identities = [localIdentity] }: VerifyOptions,
): TokenVerdict {
  const accessKeyId = (url.searchParams.get('X-Amz-Credential') ?? '').split('/')[0];
  const identity = identities.find((one) => one.accessKeyId === accessKeyId);
  if (!identity) return refused('its key is not known');
  const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (mustSign.some((name) => !signed.includes(name))) return refused(`${mustSign.join(' and ')} must be signed`);
  const { secretAccessKey } = identity;
  const verdict = verifyPresigned({ method: 'GET', url, headers, secretAccessKey, now: now() });
  return verdict.kind === 'valid' ? { kind: 'known', identity } : verdict;
}

const refused = (reason: string): TokenVerdict => ({ kind: 'refused', reason });

/** GetCallerIdentity by presigned GET: refused as STS does, 403. */
export function presignedCaller(url: URL, headers: Record<string, string>, options: VerifyOptions): Identity {
  const verdict = verifyCaller(url, headers, ['host'], options);
  if (verdict.kind === 'refused') throw new AwsFault('SignatureDoesNotMatch', verdict.reason, 403);
  return verdict.identity;
}

/** STS's answer in the query protocol, as XML, or as the JSON that aws-iam-authenticator asks for. */
export function callerAnswer({ arn, userId, account }: Identity, json: boolean): string {
  if (json) {
    const result = { Account: account, Arn: arn, UserId: userId };
    return JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: result } });
  }
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

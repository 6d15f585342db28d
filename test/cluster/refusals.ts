// How a cluster that refuses, or is not itself, is told. Each case is a server that answers so; the tests play it through drover's own
// client and apply, and docs/failures.md shows the same lines. Words of Kubernetes 1.35. A list, so it is long.

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** How the server of a case is: what it answers to which method (else the workload as it is), or how it fails to answer. */
export type Server =
  | { answers: Partial<Record<'GET' | 'PATCH', Answer>>; list?: string[]; container?: string }
  | { is: 'silent' | 'unconnected' | 'gone' | 'cut-off' | 'not-http' | 'not-tls' }
  | { is: 'tls'; certificate: 'own' | 'expired' | 'elsewhere'; trusts: 'own' | 'other'; client?: true };

export type RefusalCase = {
  name: string;
  kubernetes: string;
  server: Server;
  /** The line, with `https://cluster` for the server's address. */
  line: string;
  retried: boolean;
  /** When the cluster says to come back, in milliseconds. */
  retryAfter?: number;
  contract?: string;
};

const said = (status: number, reason: string, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status },
  headers: { 'content-type': 'application/json', ...headers },
});
const setting = 'setting the image of Deployment web in namespace shop';

export const refusals: RefusalCase[] = [
  {
    name: 'The Role lacks a right',
    kubernetes: '403, “cannot patch resource …”',
    server: {
      answers: {
        PATCH: said(
          403,
          'Forbidden',
          'deployments.apps "web" is forbidden: User "drover" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
        ),
      },
    },
    line: `drover may not patch deployments.apps: ${setting} needs that right`,
    retried: false,
    contract: 'names the right that is missing',
  },
  {
    name: 'The workload is not there',
    kubernetes: '404',
    server: { answers: { GET: said(404, 'NotFound', 'deployments.apps "web" not found') }, list: ['shop', 'worker'] },
    line: 'there is no Deployment web in namespace shop; there are: shop, worker',
    retried: false,
    contract: 'says what is there where a workload is missing, and makes none uninvited',
  },
  {
    name: 'Nor is any other, or the namespace',
    kubernetes: '404, an empty list',
    server: { answers: { GET: said(404, 'NotFound', 'deployments.apps "web" not found') }, list: [] },
    line: 'there is no Deployment web in namespace shop, nor any other: is it the right namespace?',
    retried: false,
    contract: 'tells a namespace that is not there',
  },
  {
    name: 'The container is not there',
    kubernetes: '200',
    server: { answers: {}, container: 'app' },
    line: 'Deployment web in namespace shop has no container web; it has: app',
    retried: false,
    contract: 'never adds a container that is not there',
  },
  {
    name: 'A 404 that is not of Kubernetes (a load balancer’s)',
    kubernetes: '404, text',
    server: {
      answers: { GET: { status: 404, body: 'no healthy upstream', headers: { 'content-type': 'text/plain' } } },
    },
    line: 'https://cluster answered 404, and not as Kubernetes does: a load balancer, a proxy?',
    retried: true,
  },
  {
    name: 'A 403 that is not of Kubernetes (a firewall’s)',
    kubernetes: '403, HTML',
    server: {
      answers: { PATCH: { status: 403, body: '<html>Request blocked', headers: { 'content-type': 'text/html' } } },
    },
    line: 'https://cluster answered 403, and not as Kubernetes does: a load balancer, a proxy?',
    retried: true,
  },
  {
    name: 'Somebody keeps changing the workload',
    kubernetes: '409, ten times',
    server: { answers: { PATCH: said(409, 'Conflict', 'the object has been modified') } },
    line: `${setting} changed while drover looked at it`,
    retried: true,
    contract: 'patches nothing while the workload keeps changing, and can be tried again',
  },
  {
    name: 'A webhook of admission denies it',
    kubernetes: '403, “admission webhook … denied the request”',
    server: {
      answers: {
        PATCH: said(403, 'Forbidden', 'admission webhook "policy.example" denied the request:\n image must be signed'),
      },
    },
    line: `${setting} is refused (403): admission webhook "policy.example" denied the request: image must be signed`,
    retried: false,
  },
  {
    name: 'An admission policy denies it',
    kubernetes: '422, “ValidatingAdmissionPolicy … denied request”',
    server: {
      answers: {
        PATCH: said(
          422,
          'Invalid',
          "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'signed' with binding 'signed' denied request: images must be signed",
        ),
      },
    },
    line: `${setting} is refused (422): deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'signed' with binding 'signed' denied request: images must be signed`,
    retried: false,
    contract: 'has the words of an admission policy',
  },
  {
    name: 'The annotations are too long',
    kubernetes: '422, “metadata.annotations: Too long”',
    server: {
      answers: {
        PATCH: said(
          422,
          'Invalid',
          'Deployment.apps "web" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
        ),
      },
    },
    line: `${setting} is refused (422): Deployment.apps "web" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes`,
    retried: false,
    contract: 'has the words of the cluster where annotations are too long',
  },
  {
    name: 'The API server is busy',
    kubernetes: '429, `Retry-After: 7`',
    server: {
      answers: {
        PATCH: said(429, 'TooManyRequests', 'the server has received too many requests', { 'retry-after': '7' }),
      },
    },
    line: 'https://cluster answered 429 to PATCH /apis/apps/v1/namespaces/shop/deployments/web: the server has received too many requests',
    retried: true,
    retryAfter: 7_000,
  },
  {
    name: 'A webhook of admission is out of reach',
    kubernetes: '500, “failed calling webhook”',
    server: {
      answers: {
        PATCH: said(500, 'InternalError', 'Internal error occurred: failed calling webhook "w": connection refused'),
      },
    },
    line: 'https://cluster answered 500 to PATCH /apis/apps/v1/namespaces/shop/deployments/web: Internal error occurred: failed calling webhook "w": connection refused',
    retried: true,
  },
  {
    name: 'The API server restarts',
    kubernetes: '503, HTML',
    server: { answers: { GET: { status: 503, body: '<html>', headers: { 'content-type': 'application/json' } } } },
    line: 'https://cluster answered 503 to GET /apis/apps/v1/namespaces/shop/deployments/web',
    retried: true,
  },
  {
    name: 'The token is refused',
    kubernetes: '401',
    server: { answers: { GET: said(401, 'Unauthorized', 'Unauthorized') } },
    line: 'https://cluster does not know us (401): the token is refused or no access entry names our role',
    retried: true,
  },
  {
    name: 'The API server hangs',
    kubernetes: 'no answer within 10 s',
    server: { is: 'silent' },
    line: 'https://cluster did not answer within 0.3 s',
    retried: true,
  },
  {
    name: 'A private endpoint, from elsewhere',
    kubernetes: 'no connection within 10 s',
    server: { is: 'unconnected' },
    line: 'https://cluster cannot be reached: no connection within 0.3 s; a private endpoint is reached only from its own network',
    retried: true,
  },
  {
    name: 'Nobody listens there',
    kubernetes: 'connection refused',
    server: { is: 'gone' },
    line: 'https://cluster cannot be reached (ECONNREFUSED)',
    retried: true,
  },
  {
    name: 'The answer is cut off',
    kubernetes: 'connection reset',
    server: { is: 'cut-off' },
    line: 'https://cluster cannot be reached (ECONNRESET)',
    retried: true,
  },
  {
    name: 'The answer is no JSON',
    kubernetes: '200, garbage',
    server: { answers: { GET: { status: 200, body: '{"kind":', headers: { 'content-type': 'application/json' } } } },
    line: 'https://cluster answered something that is not JSON',
    retried: true,
  },
  {
    name: 'The answer is JSON, and no Deployment',
    kubernetes: '200, something else',
    server: { answers: { GET: { status: 200, body: {}, headers: { 'content-type': 'application/json' } } } },
    line: "the cluster's answer about Deployment web in namespace shop makes no sense: metadata: Invalid input: expected object, received undefined",
    retried: true,
  },
  {
    name: 'A proxy wants a login',
    kubernetes: '302',
    server: { answers: { GET: { status: 302, headers: { location: '/login' } } } },
    line: 'https://cluster answered 302, which no API server does: a proxy?',
    retried: true,
  },
  {
    name: 'It is no web server',
    kubernetes: 'another protocol',
    server: { is: 'not-http' },
    line: 'https://cluster answered something that is not HTTP (HPE_INVALID_CONSTANT)',
    retried: true,
  },
  {
    name: 'It does not speak TLS',
    kubernetes: 'plain HTTP on its port',
    server: { is: 'not-tls' },
    line: 'https://cluster does not speak TLS as an API server does',
    retried: true,
  },
  {
    name: 'Another CA signed its certificate',
    kubernetes: 'a certificate of another CA than EKS tells',
    server: { is: 'tls', certificate: 'own', trusts: 'other' },
    line: 'the certificate of https://cluster is not one that its CA vouches for (DEPTH_ZERO_SELF_SIGNED_CERT)',
    retried: true,
  },
  {
    name: 'Its certificate has expired',
    kubernetes: 'a certificate of 2020',
    server: { is: 'tls', certificate: 'expired', trusts: 'own' },
    line: 'the certificate of https://cluster has expired',
    retried: true,
  },
  {
    name: 'Its certificate is for another address',
    kubernetes: 'a certificate for 10.0.0.1',
    server: { is: 'tls', certificate: 'elsewhere', trusts: 'own' },
    line: 'the certificate of https://cluster is for another name',
    retried: true,
  },
  {
    name: 'Our client certificate has expired',
    kubernetes: '401, or a TLS alert',
    server: { is: 'tls', certificate: 'own', trusts: 'own', client: true },
    line: 'https://cluster does not know us (401): the client certificate has expired, or is not of its CA',
    retried: true,
  },
];

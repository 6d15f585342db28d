/** One call to the API server. `body` is sent as JSON under the content type given. */
export type ApiRequest = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  contentType?: string;
  body?: unknown;
};

/** What it answered: JSON parsed, anything else as text. 401, 408, 429 and 5xx never come back: they are thrown. */
export type ApiAnswer = { status: number; body: unknown };

/** Calls the API server of one cluster. Throws ClusterError on an outage, so that an outage is never read as an absence. */
export type KubernetesApi = (request: ApiRequest) => Promise<ApiAnswer>;

/** How a cluster is reached: its address, the CA that signs its certificate, and who we are there. */
export type Access = {
  server: string;
  ca?: string;
  /** A client certificate, as local clusters use. */
  cert?: string;
  key?: string;
  /** A bearer token; `fresh` asks for a new one, after a 401. Never logged. */
  token?: (fresh: boolean) => Promise<string>;
};

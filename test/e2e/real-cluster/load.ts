import http from 'node:http';

export type Load = { sent: number; failures: string[] };

/** Two clients that ask a Service without a pause until they are stopped. */
export function load(url: string): { stop: () => Promise<Load> } {
  const seen: Load = { sent: 0, failures: [] };
  let stopped = false;
  const client = async () => {
    while (!stopped) {
      seen.sent += 1;
      const { status, problem = `answered ${status}` } = await ask(url);
      if (status !== 200) seen.failures.push(`${new Date().toISOString()} ${problem}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const clients = [client(), client()];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      return seen;
    },
  };
}

/**
 * One request on a connection of its own: what balances in Kubernetes (kube-proxy) chooses a pod for a connection, not for a request, so
 * that only a new one goes wherever its rules send it now.
 */
export const ask = (url: string): Promise<{ status?: number; commit?: string; problem?: string }> =>
  new Promise((resolve) => {
    const asked = http.get(url, { agent: false, timeout: 5_000 }, (answer) => {
      const { 'x-commit': commit = '' } = answer.headers;
      answer.on('error', ({ message }) => resolve({ problem: message }));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, commit: String(commit) }));
      answer.resume();
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.on('error', ({ message }) => resolve({ problem: message }));
  });

import http from 'node:http';

/** Whether a GET is answered with 200 to 399 within the time, as the kubelet judges an HTTP probe; else what was wrong. */
export function probe(port: number, path: string, timeoutMs: number): Promise<{ ready: boolean; message: string }> {
  return new Promise((resolve) => {
    const request = http.get(
      { host: '127.0.0.1', port, path, agent: false, timeout: timeoutMs, headers: { 'user-agent': 'kube-probe/1.35' } },
      (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        const ready = status >= 200 && status < 400;
        resolve({
          ready,
          message: ready ? '' : `Readiness probe failed: HTTP probe failed with statuscode: ${status}`,
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('context deadline exceeded')));
    request.on('error', (error) =>
      resolve({
        ready: false,
        message: `Readiness probe failed: Get "http://127.0.0.1:${port}${path}": ${error.message}`,
      }),
    );
  });
}

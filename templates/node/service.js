import { createServer } from 'node:http';
import { greeting } from './greeting.js';

/** The service: `/` says which commit it is, `/healthz` whether it may get requests. */
export function service(commit) {
  let draining = false;
  const server = createServer((request, response) => {
    // A connection that is kept open would hold the drain.
    if (draining) response.setHeader('connection', 'close');
    if (request.url === '/') return response.setHeader('x-commit', commit).end(greeting(commit));
    if (request.url === '/healthz')
      return response.writeHead(draining ? 503 : 200).end(draining ? 'draining\n' : 'ok\n');
    response.writeHead(404).end('not found\n');
  });

  /** Stops taking connections; resolves when the requests under way are answered. */
  function drain() {
    draining = true;
    return new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
  }

  return { server, drain };
}

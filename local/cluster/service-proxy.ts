import http from 'node:http';
import { connect } from 'node:net';
import { type Listening, listen } from '../http/listen.ts';
import type { Pod } from './pod.ts';

export type Endpoint = { pod: Pod; port: number };

/**
 * The one address of a Service: each request goes to a ready pod, in turn. A pod that is leaving gets no new one, and is ended only when
 * those under way are answered; a request that no pod has begun to answer and that may be repeated is tried at the next.
 */
export function startServiceProxy(name: string, port: number, endpoints: () => Endpoint[]): Promise<Listening> {
  let turn = 0;
  const next = (tried: Set<Pod>): Endpoint | undefined => {
    const ready = endpoints().filter(({ pod }) => !tried.has(pod));
    turn += 1;
    return ready[turn % ready.length];
  };

  const forward = (request: http.IncomingMessage, response: http.ServerResponse, tried: Set<Pod>): void => {
    const endpoint = next(tried);
    if (!endpoint) {
      response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end(`no pod of ${name} is ready\n`);
      return;
    }
    const { pod } = endpoint;
    tried.add(pod);
    pod.inFlight += 1;
    let open = true;
    const done = () => {
      if (open) pod.inFlight -= 1;
      open = false;
    };
    const upstream = http.request(
      {
        host: '127.0.0.1',
        port: endpoint.port,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, connection: 'close' },
        agent: false,
      },
      (answer) => {
        const { connection: _, 'keep-alive': __, ...headers } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    upstream.on('close', done);
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => {
      done();
      if (response.headersSent || response.destroyed) return void response.destroy();
      if (repeatable(request)) return forward(request, response, tried);
      response.writeHead(502, { 'content-type': 'text/plain' }).end(`a pod of ${name} ended while it answered\n`);
    });
    if (repeatable(request)) upstream.end();
    else request.pipe(upstream);
  };

  const server = http.createServer((request, response) => forward(request, response, new Set()));
  server.on('upgrade', (request, socket, head) => {
    const endpoint = next(new Set());
    if (!endpoint) return void socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    const upstream = connect(endpoint.port, '127.0.0.1', () => {
      const headers = request.rawHeaders.flatMap((value, index) =>
        index % 2 === 0 ? [`${value}: ${request.rawHeaders[index + 1]}`] : [],
      );
      upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return listen(server, port, `the service ${name}`);
}

/** Without a body there is nothing that has been read already, and a GET or HEAD asks for nothing to be done. */
function repeatable({ method, headers }: http.IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && !headers['content-length'] && !headers['transfer-encoding'];
}

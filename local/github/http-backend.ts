import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitEnvironment } from './git.ts';

export type GitRequest = {
  program: string;
  /** Folder of all bare repositories. */
  root: string;
  /** `/<owner>/<name>.git/git-receive-pack` */
  path: string;
  query: string;
};

/** One request to `git http-backend`, by CGI (RFC 3875). Resolves when git has ended, which is when a push is in the repository. */
export function serveGit(git: GitRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(git.program, [], { env: environmentOf(git, request), stdio: ['pipe', 'pipe', 'ignore'] });
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on('data', (bytes: Buffer) => {
      if (head === undefined) return void response.write(bytes);
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.subarray(0, end).toString('latin1'));
      if (head.length > end + 4) response.write(head.subarray(end + 4));
      head = undefined;
    });
    child.on('error', () => void response.writeHead(500));
    child.on('close', () => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
      resolve();
    });
    // A client that goes away, or a git that reads no further, closes the pipe: there is nothing left to say to it.
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    response.on('close', () => child.kill());
  });
}

function environmentOf({ root, path, query }: GitRequest, { headers, method = 'GET' }: IncomingMessage) {
  const optional = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol']?.toString(),
  };
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) given[name] = value;
  return gitEnvironment({
    ...given,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: method,
    REMOTE_ADDR: '127.0.0.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
  });
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*/, 2);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

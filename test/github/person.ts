import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from '../../local/github/git.ts';
import { startGitHub } from '../../local/github/github.ts';
import { listen } from '../../local/http/listen.ts';
import { readBody } from '../../local/http/read-body.ts';

type Received = { headers: Record<string, string | string[] | undefined>; body: Buffer };

export const seed = { 'index.js': 'export const answer = 42;\n' };

export const secret = 'a secret of this test';

/** A local GitHub with a webhook that remembers what it was sent, and one repository with a person's clone of it. */
export async function startWithPerson(answerWith = () => 202) {
  const folder = mkdtempSync(join(tmpdir(), 'github-'));
  const received: Received[] = [];
  const server = createServer((request, response) => {
    readBody(request, 30_000_000)
      .then((body) => {
        received.push({ headers: request.headers, body: body ?? Buffer.alloc(0) });
        response.writeHead(answerWith()).end('{"outcome":"noted"}');
      })
      .catch(() => response.destroy());
  });
  const hook = await listen(server, 0, 'The webhook');
  const clock = { now: 1_760_000_000_500 };
  const options = { port: 0, folder: join(folder, 'state'), webhookUrl: hook.url, secret, now: () => clock.now };
  const github = await startGitHub(options);
  const { url, clone } = await github.createRepository('acme/shop', {
    branch: 'main',
    seed,
    clone: join(folder, 'shop'),
  });
  if (clone === undefined) throw new Error('no clone');
  const inClone = (...args: string[]) => git(clone.folder, args);
  const commit = async (file: string, content: string, message = `Change ${file}`) => {
    writeFileSync(join(clone.folder, file), content);
    await inClone('add', '--all');
    await inClone('commit', '--quiet', '--message', message);
    return (await inClone('rev-parse', 'HEAD')).trim();
  };
  const stop = async () => {
    await github.close();
    await hook.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    github,
    options,
    url,
    first: clone.commit,
    work: clone.folder,
    folder,
    git: inClone,
    commit,
    received,
    clock,
    stop,
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listen } from '../../local/http/listen.ts';
import { newFolder } from '../codebuild/git-repository.ts';
import { imagePushContract } from '../contracts/image-push.ts';

/** Debian's docker-registry 2.8, which drover did not write. */
imagePushContract("Debian's docker-registry", async () => {
  const { folder, remove } = newFolder();
  const free = await listen(createServer(), 0, 'A free port');
  await free.close();
  const host = `127.0.0.1:${free.port}`;
  const config = `version: 0.1
storage: { filesystem: { rootdirectory: '${join(folder, 'registry')}' } }
http: { addr: '${host}' }
log: { level: error, accesslog: { disabled: true } }
`;
  writeFileSync(join(folder, 'config.yml'), config);
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const missing = new Promise<never>((_, reject) =>
    registry.once('error', () =>
      reject(new Error('docker-registry is not installed: apt-get install docker-registry')),
    ),
  );
  await Promise.race([answers(host), missing]);
  return {
    host,
    close: async () => {
      await stopped(registry);
      remove();
    },
  };
});

async function answers(host: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('docker-registry does not answer');
}

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });

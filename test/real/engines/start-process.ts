import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { poll } from '../../contracts/poll.ts';

/** A port of the loopback address that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

type Started = {
  command: string;
  args: string[];
  folder?: string;
  environment?: Record<string, string>;
  /** Answers with anything, once it is ready: `http://…`, or `unix:///…` for a socket that takes a connection. */
  url: string;
};

/** Starts an engine, waits until it answers, and returns how to end it: by its own process id, and it alone. */
export async function startProcess({
  command,
  args,
  folder,
  environment,
  url,
}: Started): Promise<{ close: () => Promise<void> }> {
  const child = spawn(command, args, {
    ...(folder ? { cwd: folder } : {}),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const close = async () => {
    process.off('exit', endWithUs);
    if (child.exitCode !== null || failure !== undefined) return;
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(hard);
  };
  try {
    await poll(
      `${command} to answer`,
      async () => {
        if (failure !== undefined || child.exitCode !== null)
          throw new Error(`${command} ended: ${failure ?? child.exitCode}\n${said}`);
        return answers(url);
      },
      60,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function answers(url: string): Promise<true | undefined> {
  try {
    if (url.startsWith('unix://')) {
      const socket = connect(url.slice('unix://'.length));
      await once(socket, 'connect').finally(() => socket.destroy());
      return true;
    }
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return undefined;
  }
}

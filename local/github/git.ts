import { spawn } from 'node:child_process';

/** Ran: what it printed and how it ended. */
type Ran = { code: number; stdout: Buffer; stderr: string };

/**
 * The environment of a git of ours: none of the caller's GIT_ variables (a hook that runs us would point git at its own
 * repository), no configuration of the machine or person (signing, hooks, templates), no question ever asked.
 */
export const gitEnvironment = (more: Record<string, string> = {}): Record<string, string> => {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const environment: Record<string, string> = {};
  for (const [name, value] of own) if (value !== undefined) environment[name] = value;
  return {
    ...environment,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...more,
  };
};

/** Runs git and gives what it printed. Throws one line where it fails or is missing. */
export async function git(folder: string, args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(folder, args, environment);
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim().split('\n').at(-1) ?? `code ${code}`}`);
  return stdout.toString();
}

/** Whether git says yes (0) or no (1); anything else throws. */
export async function gitSays(folder: string, args: string[]): Promise<boolean> {
  const { code, stderr } = await run(folder, args, {});
  if (code > 1) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return code === 0;
}

/** The program that serves git over HTTP. Throws one plain line where there is no git, or one that has no such program. */
export async function findHttpBackend(): Promise<string> {
  const version = /(\d+)\.(\d+)/.exec(await git('.', ['--version']));
  const [major = 0, minor = 0] = (version ?? []).slice(1).map(Number);
  if (major < 2 || (major === 2 && minor < 30))
    throw new Error(`git 2.30 or later is needed; this is ${version?.[0]}.`);
  return `${(await git('.', ['--exec-path'])).trim()}/git-http-backend`;
}

function run(folder: string, args: string[], environment: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: folder,
      env: gitEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('git is not installed, or not on the PATH.') : error),
    );
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

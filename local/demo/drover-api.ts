import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import { ReleaseAnswer, ReleasesAnswer, TargetAnswer } from '../../lib/history/answers.ts';

export type DroverApi = ReturnType<typeof droverApi>;

/** The history API as a client sees it, its answers parsed by its own schemas. Throws on anything but 2xx, with the problem's words. */
export function droverApi(url: string, token: string) {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${body === undefined ? 'GET' : 'POST'} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  const release = async (codebase: string, commit: string) =>
    ReleaseAnswer.parse(await ask(`/releases/${codebase}/${commit}`));
  const target = async (codebase: string, environment: string) =>
    TargetAnswer.parse(await ask(`/targets/${codebase}/${environment}`)).target;
  return {
    release,
    target,
    releases: async (query: string) => ReleasesAnswer.parse(await ask(`/releases?${query}`)).releases,
    operate: (path: string, body: Record<string, unknown> = {}) => ask(path, body),
    /** Resolves with the release as soon as it is as wished; a release that ended otherwise is an error at once. */
    releaseOnce: async (
      codebase: string,
      commit: string,
      isSo: (release: z.infer<typeof ReleaseAnswer>['release']) => boolean,
      what: string,
    ) =>
      until(what, async () => {
        const { release: now } = await release(codebase, commit).catch(() => ({ release: undefined }));
        if (now === undefined || isSo(now)) return now;
        if (now.state === 'failed') throw new Error(`${what}: it failed: ${now.reason}`);
        return undefined;
      }),
    targetOnce: async (
      codebase: string,
      environment: string,
      isSo: (t: z.infer<typeof TargetAnswer>['target']) => boolean,
      what: string,
    ) =>
      until(what, async () => {
        const now = await target(codebase, environment).catch(() => undefined);
        return now !== undefined && isSo(now) ? now : undefined;
      }),
  };
}

const PATIENCE = 90_000;

/** Asks again until there is an answer, for a minute and a half. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`it did not happen within ${PATIENCE / 1_000} s: ${what}`);
    await pause(100);
  }
}

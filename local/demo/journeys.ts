import { strict as assert } from 'node:assert';
import type { Stack } from '../stack.ts';
import { type DroverApi, until } from './drover-api.ts';
import { decide, git, push, steadyRequests } from './person.ts';

// Over 150 lines: the journeys follow one another, each from where the last one ended.

export type Journey = { name: string; run: () => Promise<string> };

const CODEBASE = 'hello';
const ENVIRONMENT = 'production';
const short = (commit: string) => commit.slice(0, 7);

/** The demo's journeys, in order. Each says in a few words what it saw, or throws. */
export function journeys(stack: Stack, api: DroverApi, { rust }: { rust: boolean }): Journey[] {
  const { folder } = stack.clone(CODEBASE);
  const service = stack.service(CODEBASE, ENVIRONMENT);
  const commits: string[] = [];
  let usedLink = '';

  const greet = (words: string) => ({
    file: 'greeting.js',
    change: (text: string) => text.replace(/`.* from/, `\`${words} from`),
    message: `greet with ${words}`,
  });
  const built = (commit: string) =>
    api.releaseOnce(CODEBASE, commit, ({ state }) => state === 'built', `${short(commit)} is built`);
  const stands = (commit: string, state: string) =>
    api.releaseOnce(
      CODEBASE,
      commit,
      ({ environments }) => environments[ENVIRONMENT]?.state === state,
      `${short(commit)} is ${state}`,
    );
  const answers = (commit: string) =>
    until(`the service answers with ${short(commit)}`, async () => {
      const answer = await fetch(service()).catch(() => undefined);
      return answer?.headers.get('x-commit') === commit ? commit : undefined;
    });
  /** The link of the open question, as the terminal and the list page show it. */
  const linkFor = (commit: string) =>
    until(`a question about ${short(commit)}`, async () => {
      const target = await api.target(CODEBASE, ENVIRONMENT).catch(() => undefined);
      if (target?.candidate?.release !== commit || !target.candidate.ask) return undefined;
      return stack.approvalLink(CODEBASE, ENVIRONMENT);
    });
  const approve = async (commit: string) => {
    const link = await linkFor(commit);
    const { status } = await decide(link, 'approve', 'Ann');
    assert.equal(status, 200, `the approval of ${short(commit)} was answered ${status}`);
    return link;
  };
  const released = async (commit: string) => {
    await approve(commit);
    await stands(commit, 'live');
    await answers(commit);
  };

  return [
    {
      name: 'first release: pushed, built, approved, live',
      run: async () => {
        const commit = await git(folder, 'rev-parse', 'HEAD');
        commits.push(commit);
        await built(commit);
        await released(commit);
        return `${short(commit)} answers at ${service()}`;
      },
    },
    {
      name: 'second release under steady requests',
      run: async () => {
        const commit = await push(folder, greet('good day'));
        commits.push(commit);
        await built(commit);
        const requests = steadyRequests(service());
        usedLink = await approve(commit);
        await stands(commit, 'live');
        await answers(commit);
        const { sent, failed } = await requests.stop();
        assert.equal(failed, 0, `${failed} of ${sent} requests failed`);
        return `${sent} requests, 0 failed`;
      },
    },
    {
      name: 'a push whose tests fail',
      run: async () => {
        const commit = await push(folder, {
          file: 'service.js',
          change: (text) =>
            text.replace("'ok\\n'", "'ok\\n'.repeat(0)").replace('draining ? 503 : 200', 'draining ? 503 : 418'),
          message: 'a mistake',
        });
        const release = await api.releaseOnce(CODEBASE, commit, ({ state }) => state === 'failed', 'its build failed');
        assert.ok(release.reason, 'no reason is recorded');
        assert.equal(release.digest, undefined);
        assert.equal(await stack.image(CODEBASE, commit), undefined, 'there is an image of a failed build');
        const target = await api.target(CODEBASE, ENVIRONMENT);
        assert.notEqual(target.candidate?.release, commit);
        await git(folder, 'revert', '--no-edit', 'HEAD');
        return `no image, no candidate; recorded: ${release.reason.slice(0, 80)}`;
      },
    },
    {
      name: 'a release whose process dies at start is rolled back by itself',
      run: async () => {
        const commit = await push(folder, {
          file: 'server.js',
          change: (text) => `${text}setTimeout(() => process.exit(3), 50);\n`,
          message: 'dies at start',
        });
        await built(commit);
        const requests = steadyRequests(service());
        await approve(commit);
        const release = await stands(commit, 'rolled-back');
        const { sent, failed } = await requests.stop();
        assert.equal(failed, 0, `${failed} of ${sent} requests failed`);
        const before = commits.at(-1) ?? '';
        await answers(before);
        await git(folder, 'revert', '--no-edit', 'HEAD');
        return `${short(before)} never stopped answering (${sent} requests, 0 failed): ${release.environments[ENVIRONMENT]?.reason?.slice(0, 80)}`;
      },
    },
    {
      name: 'a link used twice, and one gone stale',
      run: async () => {
        const again = await decide(usedLink, 'approve', 'Ann');
        assert.equal(again.status, 200, 'the same decision again shows its outcome');
        const other = await decide(usedLink, 'reject', 'Bob');
        assert.equal(other.status, 409, 'another decision on a used link is refused');
        const first = await push(folder, greet('welcome'));
        await built(first);
        const stale = await linkFor(first);
        const second = await push(folder, greet('servus'));
        commits.push(second);
        await built(second);
        await linkFor(second);
        const { status } = await decide(stale, 'approve', 'Ann');
        assert.ok(status === 409 || status === 410, `a stale link was answered ${status}`);
        const target = await api.target(CODEBASE, ENVIRONMENT);
        assert.equal(target.rollout, null, 'a stale link began a rollout');
        await released(second);
        return `again: its outcome; another decision: 409; stale: ${status}`;
      },
    },
    {
      name: 'two pushes that arrive in the wrong order',
      run: async () => {
        const known = stack.github.deliveries().length;
        stack.github.hold();
        const first = await push(folder, greet('ahoy'));
        const second = await push(folder, greet('moin'));
        commits.push(second);
        await until(
          'both deliveries are kept back',
          async () => stack.github.deliveries().length === known + 2 || undefined,
        );
        await stack.github.release('reverse');
        await built(second);
        const older = await api.releaseOnce(CODEBASE, first, () => true, 'the older push is in the history');
        assert.equal(older.state, 'superseded', `the older push is ${older.state}`);
        await linkFor(second);
        await released(second);
        return `${short(first)} superseded, ${short(second)} live`;
      },
    },
    {
      name: 'a force-push back to an older commit: offered again',
      run: async () => {
        const older = commits[1] ?? '';
        await git(folder, 'reset', '--quiet', '--hard', older);
        await git(folder, 'push', '--quiet', '--force');
        await released(older);
        return `${short(older)} was not built again, asked for, and is live`;
      },
    },
    {
      name: 'rollback by API, after which the target is held',
      run: async () => {
        const to = commits[0] ?? '';
        await api.operate(`/targets/${CODEBASE}/${ENVIRONMENT}/rollback`, { to });
        const target = await api.targetOnce(
          CODEBASE,
          ENVIRONMENT,
          ({ live, held, rollout }) => live?.release === to && held !== null && rollout === null,
          'rolled back and held',
        );
        await answers(to);
        const commit = await push(folder, greet('hi'));
        commits.push(commit);
        await built(commit);
        const waiting = await api.targetOnce(CODEBASE, ENVIRONMENT, (t) => t.candidate?.release === commit, 'it waits');
        assert.equal(waiting.candidate?.ask, null, 'a held target asked');
        return `${short(to)} live, held: ${target.held?.reason}; ${short(commit)} waits unasked`;
      },
    },
    {
      name: 'unhold: the candidate that waits is asked for',
      run: async () => {
        await api.operate(`/targets/${CODEBASE}/${ENVIRONMENT}/unhold`);
        const commit = commits.at(-1) ?? '';
        await released(commit);
        return `${short(commit)} live`;
      },
    },
    {
      name: 'a build whose finished event is lost',
      run: async () => {
        const lost = stack.loseBuildEvents();
        const commit = await push(folder, greet('found'));
        await built(commit);
        assert.ok(lost.stop() > 0, 'no event was lost');
        await released(commit);
        return `${short(commit)} found by looking, live`;
      },
    },
    ...(rust ? [rustSample(stack, api)] : []),
  ];
}

/** Its build ran beside the others. */
function rustSample(stack: Stack, api: DroverApi): Journey {
  return {
    name: 'the Rust sample: fmt, clippy, tests, doctests, image, live',
    run: async () => {
      const commit = await git(stack.clone('stamp').folder, 'rev-parse', 'HEAD');
      await api.releaseOnce('stamp', commit, ({ state }) => state === 'built', 'stamp is built');
      const link = await until('a question about stamp', () => stack.approvalLink('stamp', ENVIRONMENT));
      await decide(link, 'approve', 'Ann');
      await api.releaseOnce(
        'stamp',
        commit,
        ({ environments }) => environments[ENVIRONMENT]?.state === 'live',
        'stamp is live',
      );
      const address = stack.service('stamp', ENVIRONMENT)();
      const answer = await fetch(address);
      assert.equal(
        answer.headers.get('x-commit') ?? (await answer.text()).includes(commit),
        answer.headers.get('x-commit') === null ? true : commit,
      );
      return `${short(commit)} answers at ${address}`;
    },
  };
}

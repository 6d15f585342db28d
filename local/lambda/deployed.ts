import type * as Api from '../../functions/api.ts';
import type * as Approval from '../../functions/approval.ts';
import type * as BuildFinished from '../../functions/build-finished.ts';
import type * as Sweep from '../../functions/sweep.ts';
import type * as Webhook from '../../functions/webhook.ts';
import type * as Worker from '../../functions/worker.ts';

/**
 * The functions as they are deployed. `deploy` replaces them, as on AWS: what is called from then on begins anew, with the herd and
 * the environment of that moment, and a call under way ends in what it began in. A call before the first deploy waits for it.
 */
export function deployFunctions() {
  const first = Promise.withResolvers<Loaded>();
  let now = first.promise;
  let deploys = 0;
  return {
    deploy: async () => {
      deploys += 1;
      const loaded = await load(deploys);
      now = Promise.resolve(loaded);
      first.resolve(loaded);
    },
    api: async (...call: Parameters<typeof Api.handler>) => (await now).api.handler(...call),
    approval: async (...call: Parameters<typeof Approval.handler>) => (await now).approval.handler(...call),
    buildFinished: async (...call: Parameters<typeof BuildFinished.handler>) =>
      (await now).buildFinished.handler(...call),
    sweep: async (...call: Parameters<typeof Sweep.handler>) => (await now).sweep.handler(...call),
    webhook: async (...call: Parameters<typeof Webhook.handler>) => (await now).webhook.handler(...call),
    worker: async (...call: Parameters<typeof Worker.handler>) => (await now).worker.handler(...call),
  };
}

type Loaded = {
  api: typeof Api;
  approval: typeof Approval;
  buildFinished: typeof BuildFinished;
  sweep: typeof Sweep;
  webhook: typeof Webhook;
  worker: typeof Worker;
};

/** A module of another address is another module, with services of its own; what it imports is shared (https://nodejs.org/api/esm.html#urls). */
async function load(deploy: number): Promise<Loaded> {
  const at = (name: string) => new URL(`../../functions/${name}.ts?deploy=${deploy}`, import.meta.url).href;
  const [api, approval, buildFinished, sweep, webhook, worker] = await Promise.all([
    import(at('api')),
    import(at('approval')),
    import(at('build-finished')),
    import(at('sweep')),
    import(at('webhook')),
    import(at('worker')),
  ]);
  return { api, approval, buildFinished, sweep, webhook, worker };
}

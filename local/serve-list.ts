import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Herd } from '../lib/codebase/codebase.ts';
import { pageHeaders } from '../lib/page/page.ts';
import type { operator } from './operator.ts';
import { listPage } from './pages/list-page.ts';

/** Serves the list page, which the local stack alone has. */
export const serveList =
  (desk: ReturnType<typeof operator>, herd: () => Herd, now: () => number) =>
  async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [releases, targets] = await Promise.all([desk.releases(), desk.targets()]);
    const waiting = targets.flatMap((target) => {
      const link = desk.linkOf(target);
      return link === undefined ? [] : [{ target, link }];
    });
    const services = targets.flatMap(({ codebase, environment }) => {
      const url = desk.serviceOf(codebase, environment);
      return url === undefined ? [] : [{ codebase, environment, url }];
    });
    const { codebases } = herd();
    response
      .writeHead(200, pageHeaders)
      .end(listPage({ now: now(), releases, targets, codebases, waiting, services, refreshSeconds: 2 }));
  };

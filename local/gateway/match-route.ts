/** `method` may be `ANY`; `path` may hold `{name}` and end in `{name+}`; the path `$default` takes what nothing else does. */
export type Route = { method: string; path: string };

export type Matched<R extends Route> = { route: R; parameters: Record<string, string> };

/**
 * The route that API Gateway would choose: the full match, then the greedy one, then `$default`; a method of its own before `ANY`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute<R extends Route>(routes: R[], method: string, path: string): Matched<R> | undefined {
  const matches = routes.flatMap((route) => {
    if (route.method !== method && route.method !== 'ANY' && route.path !== '$default') return [];
    const parameters = parametersOf(route.path, path);
    return parameters ? [{ route, parameters, rank: rank(route) }] : [];
  });
  return matches.sort((a, b) => a.rank - b.rank)[0];
}

/** Lower is chosen first. Among full matches, fewer variables win. */
function rank({ method, path }: Route): number {
  if (path === '$default') return 1_000;
  return (path.includes('+}') ? 100 : 0) + path.split('{').length * 2 + (method === 'ANY' ? 1 : 0);
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  if (pattern === '$default') return {};
  const parameters: Record<string, string> = {};
  const wanted = pattern.split('/');
  const given = path.split('/');
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(?<name>[^}+]+)(?<greedy>\+?)\}$/.exec(part)?.groups;
    const value = given[index];
    if (value === undefined) return undefined;
    if (name?.greedy) {
      const rest = given.slice(index).join('/');
      return rest ? { ...parameters, [name.name ?? '']: decoded(rest) } : undefined;
    }
    if (name && value === '') return undefined;
    if (name) parameters[name.name ?? ''] = decoded(value);
    else if (part !== value) return undefined;
  }
  return wanted.length === given.length ? parameters : undefined;
}

/** Percent-decoded; left as it is where it is not valid percent-encoding. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

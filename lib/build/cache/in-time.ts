/** A fetch whose calls share one time: what comes after it, a further try too, ends at once. */
export function inTime(fetch: typeof globalThis.fetch, milliseconds: number): typeof globalThis.fetch {
  const signal = AbortSignal.timeout(milliseconds);
  return (url, init) => fetch(url, { ...init, signal });
}

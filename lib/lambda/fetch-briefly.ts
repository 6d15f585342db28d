import { seconds } from '../engine/instant.ts';

/** `fetch` that gives up after five seconds: what it asks must never use up a function's time. */
export const fetchBriefly = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, { ...init, signal: AbortSignal.timeout(seconds(5)) });

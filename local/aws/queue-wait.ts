import type { Queue } from './queue.ts';

/** Longest time, in milliseconds, after which a queue is looked at again whatever its clock says. */
const longestNap = 1_000;

/** Waits until the queue changes, its next message can be seen, `until` comes, or `signal` is aborted. */
export function queueWait(queue: Queue, now: () => number, until: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = Math.min(until, queue.nextVisibleAt() ?? until);
    const timer = setTimeout(finish, Math.max(1, Math.min(end - now(), longestNap)));
    const forget = queue.onChange(finish);
    signal?.addEventListener('abort', finish);
    function finish(): void {
      clearTimeout(timer);
      forget();
      signal?.removeEventListener('abort', finish);
      resolve();
    }
  });
}

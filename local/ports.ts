/** A first port to try instead of one that is taken, or near one that is. */
export const otherThan = (first: number): number => (Math.abs(first - 5800) < 100 ? 6800 : 5800);

/** Ports beside each other, from the first; free ones where the first is 0. */
export const ports =
  (first: number) =>
  (n: number): number =>
    first === 0 ? 0 : first + n;

/** Ports beside each other, from the first; free ones where the first is 0. */
export const ports =
  (first: number) =>
  (n: number): number =>
    first === 0 ? 0 : first + n;

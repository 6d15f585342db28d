/** Numbers in [0, 1) from a seed, the same for ever (mulberry32). */
export function randomFrom(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of several, or undefined of none. */
export function pick<T>(random: () => number, things: readonly T[]): T | undefined {
  return things[Math.floor(random() * things.length)];
}

/** A point in time: milliseconds since 1970-01-01T00:00Z. It is always handed in, never read from a clock inside `lib/`. */
export type Instant = number;

export const seconds = (n: number): number => n * 1_000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;

/** The first value that is not undefined; asked again until `seconds` have passed, then it throws what it saw last. */
export async function until<T>(seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`still not so after ${seconds} s: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

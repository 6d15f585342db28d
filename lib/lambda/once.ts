/** What `make` gives, made at the first call and kept: a function's services, built on its cold start. A failed make is made anew. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

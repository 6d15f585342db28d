/** What drover asks of the registry. Throws on an outage: an outage is never read as an absence. */
export type Images = {
  /** The image of a codebase by tag or digest, or undefined where the registry says there is none that can be pulled. */
  find: (codebase: string, by: { tag: string } | { digest: string }) => Promise<FoundImage | undefined>;
  /** Gives the image one more tag, under which it is kept. A tag that exists with the same digest is fine; with another it throws. */
  protect: (codebase: string, digest: string, tag: string) => Promise<void>;
  /** `registry/repository@digest`, as a cluster pulls it. */
  reference: (codebase: string, digest: string) => string;
};

export type FoundImage = { digest: string; tags: string[] };

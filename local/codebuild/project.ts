/** A CodeBuild project as the local service needs it; the fields keep the names of the API's `Project`. */
export type Project = {
  name: string;
  /** A git URL, or the path of a git repository. */
  source: { location: string };
  /** The buildspec's text, or (one line) its path in the source; `buildspec.yml` where left out. */
  buildspec?: string;
  /** Folders, each seen by the build as `CODEBUILD_SRC_DIR_<sourceIdentifier>`. */
  secondarySources?: { sourceIdentifier: string; location: string }[];
  environmentVariables?: Variable[];
  artifacts?: Artifacts;
  /** Those that a buildspec's secondary artifacts must match. */
  secondaryArtifacts?: ({ artifactIdentifier: string } & Artifacts)[];
  concurrentBuildLimit?: number;
  /** Default 60, as CodeBuild's; a part of a minute is allowed here. */
  timeoutInMinutes?: number;
  /** How long a build may wait for its turn: default 480, as CodeBuild's. */
  queuedTimeoutInMinutes?: number;
  /** Further builds after one that failed, by itself: default 0. */
  autoRetryLimit?: number;
};

type Artifacts = { overrideArtifactName?: boolean };

type Variable = { name: string; value: string; type?: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER' };

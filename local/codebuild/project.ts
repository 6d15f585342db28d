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
  concurrentBuildLimit?: number;
  /** Default 60, as CodeBuild's; a part of a minute is allowed here. */
  timeoutInMinutes?: number;
};

type Variable = { name: string; value: string; type?: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER' };

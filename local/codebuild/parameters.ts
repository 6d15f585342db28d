import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Resolve } from './build-environment.ts';

/**
 * Parameters as a build gets them, by the call that CodeBuild makes (`ssm:GetParameters`). Drover's own secrets are none of a build's:
 * on AWS the build's role may not read them, and here no role stands between.
 */
export function parametersOf(client: SSMClient): Resolve['parameter'] {
  return async (name) => {
    if (/^\/?drover\//.test(name)) return undefined;
    const { Parameters = [] } = await client.send(new GetParametersCommand({ Names: [name], WithDecryption: true }));
    return Parameters[0]?.Value;
  };
}

import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { buildsContract } from '../contracts/builds.ts';
import { motoMissing, startMoto } from '../real/engines/moto.ts';
import { withEngine } from '../real/engines/with-engine.ts';

withEngine('moto', motoMissing(), () => {
  buildsContract(
    'moto',
    async () => {
      const { url, close } = await startMoto();
      const client = new CodeBuildClient({
        endpoint: url,
        region: localRegion,
        credentials: localCredentials,
        maxAttempts: 1,
      });
      await client.send(
        new CreateProjectCommand({
          name: 'drover-shop',
          source: { type: 'GITHUB', location: 'https://github.com/acme/shop.git' },
          artifacts: { type: 'NO_ARTIFACTS' },
          environment: { type: 'LINUX_CONTAINER', image: 'an-image', computeType: 'BUILD_GENERAL1_SMALL' },
          serviceRole: 'arn:aws:iam::123456789012:role/service-role/drover',
        }),
      );
      return { client, commit: () => 'a'.repeat(40), release: () => undefined, close };
    },
    'overrides come back empty, a build has ended when it is first looked at, and unknown ones are not named',
  );
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../../disk/folder.ts';
import { buildkitMissing, startBuildkit } from './buildkit.ts';
import { dockerRegistryMissing, startDockerRegistry } from './docker-registry.ts';
import { dockerdMissing, startDockerd } from './dockerd.ts';
import { withEngine } from './with-engine.ts';

const missing = buildkitMissing() ?? dockerdMissing() ?? dockerRegistryMissing();

withEngine('BuildKit, docker-registry and dockerd', missing, () => {
  test('one builds and pushes, one keeps, one pulls by digest', async () => {
    const folder = testFolder();
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\nCMD ["/none"]\n');
    const [registry, builder, engine] = [await startDockerRegistry(), await startBuildkit(), await startDockerd()];
    try {
      const name = `${new URL(registry.url).host}/drover/engines`;
      const words = ['build', '--frontend', 'dockerfile.v0', '--local', 'context=.', '--local', 'dockerfile=.'];
      execFileSync(join(builder.programs, 'buildctl'), [...words, '--output', `type=image,name=${name}:1,push=true`], {
        cwd: folder,
        env: { ...process.env, BUILDKIT_HOST: builder.address },
        stdio: 'pipe',
      });
      const answer = await fetch(`${registry.url}/v2/drover/engines/manifests/1`, {
        headers: {
          accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
        },
      });
      const digest = answer.headers.get('docker-content-digest');
      expect(engine.docker('pull', '--quiet', `${name}@${digest}`)).toMatchObject({ code: 0 });
      expect(engine.docker('image', 'inspect', '--format', '{{.Config.Cmd}}', `${name}@${digest}`).out).toBe(
        '[/none]\n',
      );
    } finally {
      await Promise.all([registry.close(), builder.close(), engine.close()]);
    }
  });
});

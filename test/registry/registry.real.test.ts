import { registryContract } from '../contracts/registry.ts';
import { dockerRegistryMissing, startDockerRegistry } from '../real/engines/docker-registry.ts';
import { withEngine } from '../real/engines/with-engine.ts';

withEngine('docker-registry', dockerRegistryMissing(), () =>
  registryContract("Debian's docker-registry", startDockerRegistry),
);

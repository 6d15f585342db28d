import { service } from './service.js';

const { server, drain } = service(process.env.DROVER_COMMIT ?? 'unknown');

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`codebase-name listens on ${server.address().port}`));
process.on('SIGTERM', () => drain().then(() => process.exit(0)));

import { openApi } from '../lib/history/openapi.ts';

// `npm run openapi` writes the API's description to openapi.json; a test says whether it is current.
process.stdout.write(`${JSON.stringify(openApi(), null, 2)}\n`);

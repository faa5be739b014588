/** Generates the client from the IDL: `npm run generate`. */

import { fileURLToPath } from 'node:url';

import { GENERATED, IDL, render } from './render.ts';

await render(fileURLToPath(IDL), fileURLToPath(GENERATED));
process.stdout.write(`generated ${fileURLToPath(GENERATED)}\n`);

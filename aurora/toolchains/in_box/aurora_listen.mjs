// Listens for an application that a module exports and for which nothing of the project listens:
//   node aurora_listen.mjs MODULE NAME PORT
// NAME is what the module exports (`default` for the whole); a function that makes the application is called.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const HOST = '127.0.0.1';
const [file, name, given] = process.argv.slice(-3);
const port = Number(given);

const loaded = await import(pathToFileURL(path.resolve(file)).href);
// what CommonJS exports lies in `default`, and once more in it where TypeScript or Babel wrote the module
let found = name === 'default' ? loaded.default ?? loaded : loaded[name] ?? loaded.default?.[name];
if (found?.default !== undefined && name === 'default') found = found.default;

const known = (app) =>
  app && (typeof app.callback === 'function' || typeof app.fetch === 'function' || typeof app.inject === 'function' ||
    typeof app.handle === 'function' || typeof app.requestListener === 'function');
if (typeof found === 'function' && !known(found) && found.length < 2) found = await found();

// the project's own adapter, where it has one
async function own(name) {
  try {
    return (await import(pathToFileURL(createRequire(path.resolve(file)).resolve(name)).href)).serve;
  } catch {
    return undefined;
  }
}

async function web(app, request, response) {
  const body = ['GET', 'HEAD'].includes(request.method) ? undefined : Readable.toWeb(request);
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers.append(request.rawHeaders[at], request.rawHeaders[at + 1]);
  }
  const asked = new Request(`http://${request.headers.host ?? HOST}${request.url}`, {
    method: request.method, headers, body, duplex: 'half',
  });
  const answer = await app.fetch(asked, process.env);
  response.statusCode = answer.status;
  for (const [key, value] of answer.headers) if (key !== 'set-cookie') response.setHeader(key, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length) response.setHeader('set-cookie', cookies);
  if (answer.body) Readable.fromWeb(answer.body).pipe(response);
  else response.end();
}

if (typeof found?.inject === 'function' && typeof found.listen === 'function') {
  await found.listen({ port, host: HOST });
} else if (typeof found?.callback === 'function') {
  createServer(found.callback()).listen(port, HOST);
} else if (typeof found === 'function') {
  createServer(found).listen(port, HOST); // Express, Polka, Yoga
} else if (typeof found?.fetch === 'function') {
  const serve = await own('@hono/node-server');
  if (serve) serve({ fetch: found.fetch, port, hostname: HOST });
  else {
    createServer((request, response) => web(found, request, response).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end();
    })).listen(port, HOST);
  }
} else if (typeof found?.listen === 'function') {
  found.listen(port, HOST);
} else {
  console.error(`${file} exports nothing as ${name} that could listen`);
  process.exit(1);
}

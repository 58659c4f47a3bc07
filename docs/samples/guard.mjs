// Guards the segments of videos with playback tokens, as an edge function of a CDN or a licence proxy does: it verifies each token by
// itself and asks Stream Checker for nothing but the public keys.
//   npm install jose && node docs/samples/guard.mjs http://127.0.0.1:7071 videos 8090
// serves videos/film-42/1.ts as /film-42/1.ts to players that send "Authorization: Bearer <playback.token>" of their latest heartbeat.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [service, folder, port] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', service));

async function mayPlay(content, authorization = '') {
  try {
    const { payload } = await jwtVerify(authorization.replace(/^Bearer /, ''), keys, { algorithms: ['ES256'] });
    return payload.stream_id === content;
  } catch {
    return false; // Missing, forged, or expired with the lease of its stream.
  }
}

const guard = createServer(async (request, response) => {
  const [, content, file] = /^\/([\w-]+)\/([\w-]+\.\w+)$/.exec(request.url) ?? [];
  if (!file) {
    response.writeHead(404).end();
  } else if (!await mayPlay(content, request.headers.authorization)) {
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  } else {
    createReadStream(join(folder, content, file)).on('error', () => response.writeHead(404).end()).pipe(response);
  }
});
guard.listen(Number(port), '127.0.0.1', () => console.log(`Guards ${folder} at http://127.0.0.1:${guard.address().port}`));

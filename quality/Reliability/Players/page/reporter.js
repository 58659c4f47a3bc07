// The reporter that hls.js, dash.js and Shaka Player share, alone: node reporter.js <url> <seconds between events>
import { CmcdReporter } from '../node_modules/@svta/cml-cmcd/dist/index.js';

const [url, interval] = process.argv.slice(2);
const reporter = new CmcdReporter(
  { version: 2, enabledKeys: [], eventTargets: [{ url: `${url}/cmcd`, events: ['ps', 't'], interval: Number(interval), enabledKeys: ['e', 'sta', 'ts', 'v'] }] },
  async request => {
    const { status } = await fetch(request.url, request);
    console.log(JSON.stringify({ status, lines: request.body.split('\n') }));
    return { status };
  });
reporter.update({ sta: 'p' });
reporter.start();

// Ends with its parent.
process.stdin.on('end', () => process.exit(0)).resume();

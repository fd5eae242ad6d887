// A consiliumd of its own for one test: loopback, a data directory that goes
// away with it.
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

const READY = 'listening on ';
const CONSILIUMD = process.env.CONSILIUMD ?? 'consiliumd';

export class ServerProcess {
  // HOST:PORT, the same after a restart.
  address = '127.0.0.1:0';
  private readonly folder = mkdtempSync(join(tmpdir(), 'consilium-interop-'));
  private readonly data = join(this.folder, 'data');
  private process?: ChildProcess;

  constructor(institution = 'north') {
    execFileSync(CONSILIUMD, [
      'init', '--data', this.data, '--institution', institution,
    ]);
  }

  async start(): Promise<void> {
    // A test that is killed takes its server along.
    const child = spawn(
        'setpriv',
        [
          '--pdeathsig', 'KILL', CONSILIUMD, 'serve', '--data', this.data,
          '--listen', this.address,
        ],
        {stdio: ['ignore', 'pipe', 'ignore']});
    this.process = child;
    for await (const line of createInterface({input: child.stdout})) {
      if (!line.startsWith(READY)) break;
      this.address = line.slice(READY.length);
      return;
    }
    throw new Error('consiliumd did not start');
  }

  // Ends the server by a signal; returns its exit code, null when killed.
  async end(signal: 'SIGTERM'|'SIGKILL'): Promise<number|null> {
    const child = this.process;
    if (child === undefined) return null;
    this.process = undefined;
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code] = await exit;
    return code as number | null;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, {recursive: true, force: true});
  }
}

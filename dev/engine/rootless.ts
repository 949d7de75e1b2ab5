import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { libraryFolders, unpackWithDependencies } from './debian.ts'
import { engineParts } from './engine-parts.ts'
import type { Engine } from './index.ts'
import { type Log, run } from './process.ts'
import { relay } from './relay.ts'

/** The user whose engine it is, and the numbers that are theirs in containers. */
const USER = { name: 'rootless', id: 60_100, first: 200_000, count: 65_536 }

/** Where the loopback network of the machine is for who is behind slirp4netns. */
const MACHINE = '10.0.2.2'

/** Fetches what makes an engine rootless. @returns the folder in which it lies */
export function rootlessPackages(log: Log): Promise<string> {
  const packages = ['rootlesskit', 'uidmap', 'slirp4netns']
  return unpackWithDependencies('rootless', packages, async () => undefined, log)
}

/**
 * Starts a Docker engine as a user without rights, in a user namespace and with a network of its own, as docker's
 * `dockerd-rootless.sh` does. It makes the user in /etc, and so is started in a corner of the machine only.
 * https://docs.docker.com/engine/security/rootless/
 * @param folder a new folder, for the user's home and the engine's storage
 * @returns the engine, with ECR's host names as the machine has them, and what ends it
 */
export async function startRootless(
  folder: string,
  log: Log,
): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const root = await rootlessPackages(log)
  const parts = await engineParts('current', log, join(folder, 'iptables'), join(folder, 'store'))
  const [home, runtime] = [join(folder, 'home'), join('/run', USER.name)]
  const socket = join(runtime, 'docker.sock')
  for (const made of [folder, home, runtime, join(home, '.config/docker')])
    mkdirSync(made, { recursive: true })
  makeUser(home)
  symlinkSync('/etc/docker/certs.d', join(home, '.config/docker/certs.d'))
  const daemonScript = join(folder, 'dockerd')
  // The machine's loopback addresses are behind another one there.
  writeFileSync(
    daemonScript,
    `#!/bin/sh
sed 's/^127\\.[0-9.]* \\(.*amazonaws\\.com\\|public\\.ecr\\.aws\\)/${MACHINE} \\1/' /etc/hosts > ${home}/hosts
rm -f /etc/hosts /etc/resolv.conf
cp ${home}/hosts /etc/hosts
: > /etc/resolv.conf
exec ${join(parts.root, 'usr/sbin/dockerd')} "$@"
`,
    { mode: 0o755 },
  )
  for (const owned of [home, runtime, join(home, '.config'), join(home, '.config/docker')])
    chownSync(owned, USER.id, USER.id)
  await openTunnels(folder)
  const stopRelay = await relayRegistry()
  const daemon: Daemon = {
    program: '/usr/bin/setpriv',
    args: [
      `--reuid=${USER.id}`,
      `--regid=${USER.id}`,
      '--clear-groups',
      join(parts.root, 'usr/share/docker.io/contrib/dockerd-rootless.sh'),
      `--config-file=${join(folder, 'daemon.json')}`,
      `--host=unix://${socket}`,
      '--iptables=false',
      '--ip6tables=false',
    ],
    env: {
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      DOCKERD: daemonScript,
      DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK: 'false',
      LD_LIBRARY_PATH: (await libraryFolders(root)).join(':'),
      PATH: [join(root, 'usr/bin'), ...parts.path, '/usr/sbin:/usr/bin:/sbin:/bin'].join(':'),
    },
    logFile: join(folder, 'log'),
  }
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify(parts.config))
  const docker = join(parts.root, 'usr/bin/docker')
  const ready = async () =>
    existsSync(socket) &&
    run(docker, ['--host', `unix://${socket}`, 'version'], { timeout: 10_000 }).then(
      () => true,
      () => false,
    )
  const stop = await startDaemon(daemon, ready).catch(async (error: unknown) => {
    await stopRelay()
    throw error
  })
  const format = ['version', '--format', '{{.Server.Version}}']
  return {
    engine: {
      name: 'current',
      own: true,
      docker,
      env: {
        DOCKER_HOST: `unix://${socket}`,
        DOCKER_TLS_VERIFY: '',
        PATH: `${join(parts.root, 'usr/bin')}:${process.env['PATH'] ?? ''}`,
      },
      pluginsDir: parts.pluginsDir,
      serverVersion: (await run(docker, ['--host', `unix://${socket}`, ...format])).trim(),
      buildxVersion: parts.buildxVersion,
    },
    async stop() {
      await stop()
      await stopRelay()
    },
  }
}

/** What makes network devices: udev lets everybody open it. Without udev it may be root's alone. */
const TUN = '/dev/net/tun'

/** Lets everybody make network devices, in this corner of the machine: another node of the device takes its place. */
async function openTunnels(folder: string): Promise<void> {
  if ((statSync(TUN).mode & 0o006) === 0o006) return
  const node = join(folder, 'tun')
  await run('mknod', ['--mode=666', node, 'c', '10', '200'])
  await run('mount', ['--bind', node, TUN])
}

function makeUser(home: string): void {
  if (readFileSync('/etc/passwd', 'utf8').includes(`\n${USER.name}:`)) return
  appendFileSync('/etc/passwd', `${USER.name}:x:${USER.id}:${USER.id}::${home}:/bin/sh\n`)
  appendFileSync('/etc/group', `${USER.name}:x:${USER.id}:\n`)
  for (const file of ['/etc/subuid', '/etc/subgid'])
    appendFileSync(file, `${USER.name}:${USER.first}:${USER.count}\n`)
}

/** slirp4netns reaches 127.0.0.1 alone of the machine's loopback addresses, and ECR's names are another one's. */
async function relayRegistry(): Promise<() => Promise<void>> {
  const { stop } = await relay(net.createServer(), { host: '127.0.77.1', port: 443 }, 443)
  return stop
}

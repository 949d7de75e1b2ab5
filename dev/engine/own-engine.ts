import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { addBridge, hasBridge, removeBridge } from './bridge.ts'
import { type Daemon, endOurs, findOurs, startDaemon } from './daemon.ts'
import { libraryFolders, unpack } from './debian.ts'
import type { Engine } from './index.ts'
import { iptablesFolder } from './iptables.ts'
import { buildxVersion, withoutBuildx } from './machine-engine.ts'
import { checkoutId, local, runFolder } from './paths.ts'
import { type Log, run, works } from './process.ts'
import { busyboxRoot } from './tools.ts'
import { addUser, alone, usersOf } from './users.ts'

/** What to run, of what and where: everything that differs between the two engines. */
interface Parts {
  readonly root: string
  readonly path: readonly string[] // the daemons' own programs
  readonly libraries: readonly string[]
  readonly pluginsDir: string
  readonly buildxVersion: string | null
  readonly config: object
  readonly flags: readonly string[]
}

/**
 * Starts a Docker engine from Debian's packages on a machine that has none, with containerd, network bridge,
 * storage and sockets of its own, or goes on with the one of this checkout that is running: an earlier run left
 * it, or another process uses it now. Its `stop` leaves it running while another process uses it.
 * Storage stays between runs.
 * @throws where a part cannot be had, or a daemon does not come up
 */
export async function ownEngine(name: Engine['name'], log: Log): Promise<Engine> {
  const parts = await (name === 'current' ? currentParts(log) : oldParts(log))
  const busybox = join(await busyboxRoot(log), 'bin/busybox')
  const store = join(local, 'engine', name)
  const state = join(runFolder, name)
  const bridge = `ebp${checkoutId}${name.charAt(0)}`
  const socket = join(state, 'docker.sock')
  const containerdSocket = join(state, 'containerd.sock')
  const containerdConfig = join(store, 'containerd.toml')

  const containerd: Daemon = {
    program: join(parts.root, 'usr/bin/containerd'),
    args: ['--config', containerdConfig],
    env: environment(parts),
    logFile: join(store, 'containerd.log'),
  }
  const dockerd: Daemon = {
    program: join(parts.root, 'usr/sbin/dockerd'),
    args: [
      `--config-file=${join(store, 'daemon.json')}`,
      `--host=unix://${socket}`,
      `--data-root=${join(store, 'docker')}`,
      `--exec-root=${join(state, 'exec')}`,
      `--pidfile=${join(state, 'docker.pid')}`,
      `--containerd=${containerdSocket}`,
      `--bridge=${bridge}`,
      `--init-path=${join(parts.root, 'usr/bin/tini-static')}`,
      `--userland-proxy-path=${join(parts.root, 'usr/sbin/docker-proxy')}`,
      '--shutdown-timeout=5',
      ...parts.flags,
    ],
    env: environment(parts),
    logFile: join(store, 'dockerd.log'),
  }

  const running = async (daemon: Daemon, argument: string) =>
    (await findOurs(daemon.program, argument)).length > 0
  const dockerdMark = `--host=unix://${socket}`
  const end = async () => {
    await endOurs('dockerd', dockerdMark, 20_000)
    await endOurs('containerd', containerdConfig, 5000)
    // dockerd leaves its storage mounted onto itself, and then the folder could not be deleted.
    await unmountUnder(busybox, [store, state])
    await removeBridge(busybox, bridge)
  }

  const begin = async () => {
    await mkdir(store, { recursive: true })
    await mkdir(state, { recursive: true, mode: 0o700 })
    for (const stale of [socket, containerdSocket, join(state, 'docker.pid')])
      await rm(stale, { force: true })
    await writeFile(containerdConfig, containerdToml(store, state, containerdSocket))
    await writeFile(join(store, 'daemon.json'), `${JSON.stringify(parts.config)}\n`)
    await addBridge(busybox, bridge)
    await startDaemon(containerd, () => accepts(containerdSocket))
    await startDaemon(dockerd, async () => (await versionOf(socket)) !== undefined)
  }

  const users = join(state, 'users')
  const lock = `ecr-build-push-${checkoutId}-${name}`
  const removeUser = await alone(lock, async () => {
    const others = await usersOf(users)
    const left =
      (await running(dockerd, dockerdMark)) &&
      (await running(containerd, containerdConfig)) &&
      hasBridge(bridge) &&
      (await versionOf(socket)) !== undefined
    if (left) {
      log(`Going on with the ${name} engine that is running`)
    } else if (others.length > 0) {
      throw new Error(`the ${name} engine does not answer, and process ${others.join(', ')} uses it`)
    } else {
      log(`Starting the ${name} engine`)
      await end()
      await begin().catch(async (error: unknown) => {
        await end()
        throw error
      })
    }
    return addUser(users)
  })
  const stop = () =>
    alone(lock, async () => {
      await removeUser()
      // Another run in this checkout may be in the midst of a build: the last one ends the engine.
      if ((await usersOf(users)).length === 0) await end()
    })

  const cli = join(parts.root, 'usr/bin')
  return {
    name,
    own: true,
    docker: join(cli, 'docker'),
    env: {
      DOCKER_HOST: `unix://${socket}`,
      // The user's may ask for TLS, which our socket has not.
      DOCKER_TLS_VERIFY: '',
      PATH: `${cli}:${process.env['PATH'] ?? ''}`,
    },
    pluginsDir: parts.pluginsDir,
    serverVersion: (await versionOf(socket)) ?? '',
    buildxVersion: parts.buildxVersion,
    stop,
  }
}

/** Docker 26 from trixie, which has the containerd image store, with a recent buildx. */
async function currentParts(log: Log): Promise<Parts> {
  // The rest of trixie's works with bookworm's libc, its runc does not: that is the machine's own release's.
  const root = await unpack(
    'engine-current',
    { trixie: ['docker.io', 'docker-cli', 'containerd', 'tini'], native: ['runc'] },
    log,
  )
  const plugins = await buildxFolder(log)
  return {
    root,
    path: [...programsIn(root), await iptablesFolder(log)],
    libraries: [],
    pluginsDir: plugins,
    buildxVersion: await buildxVersion(join(plugins, 'docker-buildx'), ['version']),
    config: { features: { 'containerd-snapshotter': true } },
    flags: (await onOverlay()) ? ['--storage-driver=native'] : [],
  }
}

/**
 * Docker 20.10 from bookworm, with its own client and no buildx. It leaves the packet filter alone, so as
 * not to contend for it with the other engine: its containers reach this machine, but nothing beyond it.
 */
async function oldParts(log: Log): Promise<Parts> {
  const root = await unpack(
    'engine-old',
    { bookworm: ['docker.io', 'containerd', 'tini', 'libdevmapper1.02.1'], native: ['runc'] },
    log,
  )
  return {
    root,
    path: programsIn(root),
    libraries: await libraryFolders(root),
    pluginsDir: await withoutBuildx(),
    buildxVersion: null,
    config: {},
    flags: [
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      `--storage-driver=${(await onOverlay()) ? 'vfs' : 'overlay2'}`,
    ],
  }
}

/** The newest buildx there is; where that wants a newer libc, the one of the engine's release. */
async function buildxFolder(log: Log): Promise<string> {
  const inside = 'usr/libexec/docker/cli-plugins'
  const newest = await unpack('buildx', { sid: ['docker-buildx'] }, log).catch((error: Error) => {
    log(`No buildx from sid: ${error.message}`)
    return undefined
  })
  if (newest && (await works(join(newest, inside, 'docker-buildx'), ['version']))) return join(newest, inside)
  return join(await unpack('buildx', { trixie: ['docker-buildx'] }, log), inside)
}

function programsIn(root: string): string[] {
  return ['usr/sbin', 'usr/bin', 'sbin', 'bin']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
}

function environment({ path, libraries }: Parts): Record<string, string> {
  return {
    PATH: [...path, process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':'),
    ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraries.join(':') } : {}),
  }
}

async function unmountUnder(busybox: string, folders: readonly string[]): Promise<void> {
  const mounted = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) =>
    // The kernel writes a blank in a path as \040.
    (line.split(' ')[1] ?? '').replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    ),
  )
  const ours = mounted.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
  // The last mounted first; a lazy unmount, as one that is in use must not stop the others.
  for (const path of ours.reverse()) await run(busybox, ['umount', '-l', path]).catch(() => '')
}

/** Whether the storage would lie on an overlay, as in a container: there an overlay of an overlay cannot be mounted. */
async function onOverlay(): Promise<boolean> {
  return (await statfs(local)).type === 0x794c7630
}

/** containerd without what only Kubernetes needs; `opt` would otherwise be a folder of the system. */
function containerdToml(store: string, state: string, socket: string): string {
  const quoted = JSON.stringify
  return `version = 2
root = ${quoted(join(store, 'containerd'))}
state = ${quoted(join(state, 'containerd'))}
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = ${quoted(socket)}
[plugins."io.containerd.internal.v1.opt"]
path = ${quoted(join(store, 'containerd-opt'))}
`
}

/** The version that an engine on this socket reports; undefined where none answers within five seconds. */
function versionOf(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/version', timeout: 5000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve(/"Version":"([^"]+)","ApiVersion"/.exec(body)?.[1]))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}

/** Whether something listens on a unix socket. */
function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

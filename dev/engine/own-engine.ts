import { existsSync } from 'node:fs'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { interruption } from '../command/interruption.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { isUnpacked, libraryFolders, unpack } from './debian.ts'
import type { Engine } from './index.ts'
import { iptablesFolder } from './iptables.ts'
import { buildxVersion, withoutBuildx } from './machine-engine.ts'
import { type Log, run, works } from './process.ts'
import { busyboxRoot } from './tools.ts'

/** What to run, of what and with what: everything that differs between the two engines. */
interface EngineParts {
  readonly root: string
  readonly path: readonly string[] // the daemons' own programs
  readonly libraries: readonly string[]
  readonly pluginsDir: string
  readonly buildxVersion: string | null
  readonly config: object
  readonly flags: readonly string[]
  /** The subnet of the containers' bridge. Nothing else is in the network that the engine sees. */
  readonly bridge: { readonly name: string; readonly address: string }
}

export interface OwnEngineOptions {
  /** A folder on a disk, for images and logs, which stays between runs. One engine uses it at a time. */
  readonly store: string
  /** A new folder with a short path, for sockets. */
  readonly state: string
  /** Of all its containers, so that it can be removed with them. */
  readonly cgroup: string
}

/**
 * Starts a Docker engine from Debian's packages, with containerd, network bridge, storage and sockets of its own. It
 * changes the network and the firewall that it sees, and so is started in a corner of the machine only.
 * @returns the engine, and what ends it
 * @throws CommandError if a part cannot be had, or a daemon does not start
 */
export async function ownEngine(
  name: Engine['name'],
  { store, state, cgroup }: OwnEngineOptions,
  log: Log,
): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const parts = await engineParts(name, log, join(state, 'iptables'), store)
  const busybox = join(await busyboxRoot(log), 'bin/busybox')
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
      `--bridge=${parts.bridge.name}`,
      `--cgroup-parent=${cgroup}`,
      `--init-path=${join(parts.root, 'usr/bin/tini-static')}`,
      `--userland-proxy-path=${join(parts.root, 'usr/sbin/docker-proxy')}`,
      '--shutdown-timeout=5',
      ...parts.flags,
    ],
    env: environment(parts),
    logFile: join(store, 'dockerd.log'),
  }

  log(`Starting a Docker engine for this project alone${name === 'old' ? ', an old one' : ''}`)
  await mkdir(store, { recursive: true })
  await mkdir(state, { recursive: true, mode: 0o700 })
  await writeFile(containerdConfig, containerdToml(store, state, containerdSocket))
  await writeFile(join(store, 'daemon.json'), `${JSON.stringify(parts.config)}\n`)
  const ip = (...args: string[]) => run(busybox, ['ip', ...args])
  await ip('link', 'add', parts.bridge.name, 'type', 'bridge')
  await ip('addr', 'add', parts.bridge.address, 'dev', parts.bridge.name)
  await ip('link', 'set', parts.bridge.name, 'up')
  const stopContainerd = await startDaemon(containerd, () => accepts(containerdSocket))
  const stopDockerd = await startDaemon(dockerd, async () => (await versionOf(socket)) !== undefined).catch(
    async (error: unknown) => {
      await stopContainerd()
      throw error
    },
  )
  const cli = join(parts.root, 'usr/bin')
  const engine: Engine = {
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
  }
  return {
    engine,
    async stop() {
      await stopDockerd()
      await stopContainerd()
      await rm(state, { recursive: true, force: true })
    },
  }
}

/** Fetches what an engine is made of, so that it can be started without a network. */
export async function fetchEngine(name: Engine['name'], log: Log): Promise<void> {
  if (name === 'old') await oldPackages(log)
  else {
    await currentPackages(log)
    await buildxFolder(log)
    await iptablesFolder(log)
  }
}

/** A program that ends what its children leave behind, for who is the first process of a machine. @returns its path */
export async function initProgram(log: Log): Promise<string> {
  return join(await currentPackages(log), 'usr/bin/tini-static')
}

/** Docker 26 from trixie, which has the containerd image store. */
function currentPackages(log: Log): Promise<string> {
  // The rest of trixie's works with bookworm's libc, its runc does not: that is the machine's own release's.
  const wanted = { trixie: ['docker.io', 'docker-cli', 'containerd', 'tini'], native: ['runc'] }
  return unpack('engine-current', wanted, log)
}

/** Docker 20.10 from bookworm, with its own client and no buildx. */
function oldPackages(log: Log): Promise<string> {
  const wanted = { bookworm: ['docker.io', 'containerd', 'tini', 'libdevmapper1.02.1'], native: ['runc'] }
  return unpack('engine-old', wanted, log)
}

async function engineParts(
  name: Engine['name'],
  log: Log,
  iptables: string,
  store: string,
): Promise<EngineParts> {
  if (name === 'current') {
    const root = await currentPackages(log)
    const plugins = await buildxFolder(log)
    return {
      root,
      path: [...programsIn(root), await iptablesFolder(log, iptables)],
      libraries: [],
      pluginsDir: plugins,
      buildxVersion: await buildxVersion(join(plugins, 'docker-buildx'), ['version']),
      config: { features: { 'containerd-snapshotter': true } },
      flags: (await onOverlay(store)) ? ['--storage-driver=native'] : [],
      bridge: { name: 'current0', address: '172.30.0.1/24' },
    }
  }
  const root = await oldPackages(log)
  return {
    root,
    path: programsIn(root),
    libraries: await libraryFolders(root),
    pluginsDir: await withoutBuildx(),
    buildxVersion: null,
    config: {},
    // It leaves the packet filter alone, so as not to contend for it with the other engine.
    flags: [
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      `--storage-driver=${(await onOverlay(store)) ? 'vfs' : 'overlay2'}`,
    ],
    bridge: { name: 'old0', address: '172.30.1.1/24' },
  }
}

/** The newest buildx that runs here: sid's, or if that wants a newer libc, the one of the engine's release. */
async function buildxFolder(log: Log): Promise<string> {
  const inside = 'usr/libexec/docker/cli-plugins'
  const [sid, trixie] = [{ sid: ['docker-buildx'] }, { trixie: ['docker-buildx'] }]
  // A mirror that had no sid when trixie's was fetched is not asked for it each time.
  if (isUnpacked('buildx', sid) || !isUnpacked('buildx', trixie)) {
    const newest = await unpack('buildx', sid, log).catch(() => {
      interruption.throwIfAborted()
      log('Taking the buildx of trixie instead')
    })
    if (newest && (await works(join(newest, inside, 'docker-buildx'), ['version'])))
      return join(newest, inside)
  }
  return join(await unpack('buildx', trixie, log), inside)
}

function programsIn(root: string): string[] {
  return ['usr/sbin', 'usr/bin', 'sbin', 'bin']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
}

function environment({ path, libraries }: EngineParts): Record<string, string> {
  return {
    PATH: [...path, process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':'),
    ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraries.join(':') } : {}),
  }
}

/** Whether the storage would lie on an overlay, as in a container: there an overlay of an overlay cannot be mounted. */
async function onOverlay(store: string): Promise<boolean> {
  await mkdir(store, { recursive: true })
  return (await statfs(store)).type === 0x794c7630
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

/** The version that an engine on this socket reports; undefined if none answers within five seconds. */
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

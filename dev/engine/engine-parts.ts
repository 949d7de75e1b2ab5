import { existsSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { interruption } from '../command/interruption.ts'
import { isUnpacked, libraryFolders, unpack } from './debian.ts'
import type { Engine } from './index.ts'
import { iptablesFolder } from './iptables.ts'
import { buildxVersion, withoutBuildx } from './machine-engine.ts'
import { type Log, works } from './process.ts'

/** What to run, of what and with what: everything that differs between the engines. */
export interface EngineParts {
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

/**
 * The engines that can be started from Debian's packages. `graph` is Docker 26 without the containerd image store, `28`
 * and `28-graph` are Docker 28 with and without it.
 */
export type OwnKind = Engine['name'] | 'graph' | '28' | '28-graph'

/** Fetches what an engine is made of, so that it can be started without a network. */
export async function fetchEngine(kind: OwnKind, log: Log): Promise<void> {
  if (kind === 'old') {
    await oldPackages(log)
    return
  }
  if (kind === '28' || kind === '28-graph') await newestPackages(log)
  await currentPackages(log)
  await buildxFolder(log)
  await iptablesFolder(log)
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

/** Docker 28 from sid, which runs on the older libc; its runc does not. */
function newestPackages(log: Log): Promise<string> {
  const wanted = { sid: ['docker.io', 'docker-cli', 'containerd'], native: ['runc'] }
  return unpack('engine-28', wanted, log)
}

/**
 * What to start for an engine, fetched if it is not there.
 * @param iptables a new folder, for the packet filter's programs
 * @param store the engine's storage, which decides how layers can be mounted
 */
export async function engineParts(
  kind: OwnKind,
  log: Log,
  iptables: string,
  store: string,
): Promise<EngineParts> {
  // Beside another engine, one leaves the packet filter alone, so as not to contend for it.
  const unfiltered = ['--iptables=false', '--ip-forward=false', '--ip-masq=false']
  if (kind === 'graph' || kind === '28' || kind === '28-graph') {
    const root = await (kind === 'graph' ? currentPackages(log) : newestPackages(log))
    const plugins = await buildxFolder(log)
    const containerd = kind === '28'
    const driver = containerd ? 'native' : 'vfs'
    return {
      root,
      path: [...programsIn(root), ...programsIn(await currentPackages(log))],
      libraries: [],
      pluginsDir: plugins,
      buildxVersion: await buildxVersion(join(plugins, 'docker-buildx'), ['version']),
      config: { features: { 'containerd-snapshotter': containerd } },
      flags: [...unfiltered, ...((await onOverlay(store)) ? [`--storage-driver=${driver}`] : [])],
      bridge: { name: 'more0', address: '172.30.2.1/24' },
    }
  }
  if (kind === 'current') {
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
    flags: [...unfiltered, `--storage-driver=${(await onOverlay(store)) ? 'vfs' : 'overlay2'}`],
    bridge: { name: 'old0', address: '172.30.1.1/24' },
  }
}

/**
 * The folder of the newest docker-buildx that runs here: sid's, or if that wants a newer libc, the one of the engine's
 * release.
 */
export async function buildxFolder(log: Log = () => {}): Promise<string> {
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

/** Whether the storage would lie on an overlay, as in a container: there an overlay of an overlay cannot be mounted. */
async function onOverlay(store: string): Promise<boolean> {
  await mkdir(store, { recursive: true })
  return (await statfs(store)).type === 0x794c7630
}

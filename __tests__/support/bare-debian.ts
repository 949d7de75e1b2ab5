import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { findDocker, tied } from '../../dev/preflight.mjs'
import { root } from '../../dev/root.ts'

/** Where Debian keeps the certificates that a machine trusts besides, and by which variable Node takes all of them. */
const OWN_CERTIFICATES = '/usr/local/share/ca-certificates'
const TRUSTED = 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'

/** How a command on a bare Debian ended. */
export interface BareRun {
  readonly code: number | null
  /** Both streams. */
  readonly output: string
}

/**
 * Runs a shell's script as root on a Debian 12 that has nothing but its essential packages, in a copy of this checkout
 * without anything that was fetched: in a container of the machine's Docker, or, as root on a machine without it, in a
 * root of debootstrap's with namespaces of its own.
 * @param folder a new one on a disk with 4 GB
 * @param script what `sh` runs in the copy
 * @param limitSeconds after which it is ended
 * @throws Error if the machine has neither
 */
export async function onBareDebian(folder: string, script: string, limitSeconds: number): Promise<BareRun> {
  const docker = findDocker()
  // Who has a proxy that signs in place of the registries has its certificate there, and a bare root needs it as well.
  const trusts = existsSync(OWN_CERTIFICATES) && readdirSync(OWN_CERTIFICATES).length > 0
  if ('docker' in docker) {
    copyCheckout(folder)
    const flags = [
      '--rm',
      '--privileged',
      '--cgroupns=host',
      '--volume',
      `${folder}:/work`,
      ...(trusts ? ['--volume', `${OWN_CERTIFICATES}:${OWN_CERTIFICATES}:ro`, '--env', TRUSTED] : []),
      '--workdir',
      '/work',
    ]
    return run([docker.docker, 'run', ...flags, 'debian:bookworm', 'sh', '-c', script], limitSeconds)
  }
  const debootstrap = ['/usr/sbin/debootstrap', '/usr/bin/debootstrap'].find((program) => existsSync(program))
  if (process.getuid?.() !== 0 || debootstrap === undefined)
    throw new Error(
      `A bare Debian takes Docker, or root and debootstrap (apt-get install debootstrap): ${docker.why}.`,
    )
  copyCheckout(path.join(folder, 'work'))
  // The mounts, debootstrap's too, are the namespace's, and end with its last process.
  const inside = [
    'set -e',
    'cd "$0"',
    '"$1" --variant=minbase bookworm bare >debootstrap.log 2>&1 || { tail debootstrap.log; exit 1; }',
    // Its root has to be a mount: the engine's own corner changes how that one propagates.
    'mount --bind bare bare',
    'for one in dev sys; do mount --rbind "/$one" "bare/$one"; done',
    'mount -t proc proc bare/proc',
    'cp /etc/resolv.conf bare/etc/resolv.conf',
    'mkdir bare/work',
    'mount --bind work bare/work',
    ...(trusts ? [`cp -r ${OWN_CERTIFICATES} bare/usr/local/share/`, `export ${TRUSTED}`] : []),
    'exec chroot bare sh -c "cd /work; $2"',
  ].join('\n')
  const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL']
  return run([...apart, 'sh', '-c', inside, folder, debootstrap, script], limitSeconds)
}

/** The files of the checkout as they are, committed or not. */
function copyCheckout(to: string): void {
  mkdirSync(to, { recursive: true })
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  const files = list
    .toString('utf8')
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)))
  const archive = execFileSync('tar', ['--create', '--null', '--files-from=-'], {
    cwd: root,
    input: files.join('\0'),
    maxBuffer: 1 << 28,
  })
  execFileSync('tar', ['--extract', '--directory', to], { input: archive })
}

function run(argv: readonly string[], limitSeconds: number): Promise<BareRun> {
  const [program = '', ...args] = tied([...argv])
  const { PATH, http_proxy, https_proxy, no_proxy } = process.env
  const kept = Object.entries({ PATH, http_proxy, https_proxy, no_proxy }).filter(([, value]) => value)
  const child = spawn(program, args, {
    env: { ...Object.fromEntries(kept), HOME: '/root', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitSeconds * 1000,
    killSignal: 'SIGKILL',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

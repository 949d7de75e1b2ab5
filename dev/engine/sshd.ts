import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { libraryFolders, unpackWithDependencies } from './debian.ts'
import { type Log, run } from './process.ts'

/** Fetches OpenSSH's server. @returns the folder in which it lies */
export function sshdPackages(log: Log): Promise<string> {
  return unpackWithDependencies('sshd', ['openssh-server', 'openssh-client'], async () => undefined, log)
}

/**
 * Starts an SSH server on loopback that lets root in with a key of its own, and tells every SSH client of this corner
 * about it. It writes into /etc, and so is started in a corner of the machine only.
 * @param folder a new folder, for the keys
 * @param env what commands find that are run through it
 * @returns the address, `ssh://root@127.0.0.1:PORT`, and what ends it
 */
export async function startSshd(
  folder: string,
  port: number,
  env: Readonly<Record<string, string>>,
  log: Log,
): Promise<{ address: string; stop: () => Promise<void> }> {
  const root = await sshdPackages(log)
  const file = (name: string) => join(folder, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const libraries = { LD_LIBRARY_PATH: (await libraryFolders(root)).join(':') }
  for (const key of ['host', 'user'])
    await run(join(root, 'usr/bin/ssh-keygen'), ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)], {
      env: libraries,
    })
  const set = Object.entries(env).map(([name, value]) => `"${name}=${value}"`)
  writeFileSync(
    file('sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${file('host')}
AuthorizedKeysFile ${file('user.pub')}
PidFile ${file('pid')}
StrictModes no
UsePAM no
MaxStartups 100
MaxSessions 100
PermitRootLogin prohibit-password
SetEnv ${set.join(' ')}
`,
  )
  const [type, key] = readFileSync(file('host.pub'), 'utf8').split(' ')
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${type} ${key}\n`)
  mkdirSync('/etc/ssh', { recursive: true })
  appendFileSync(
    '/etc/ssh/ssh_config',
    `\nHost 127.0.0.1\n  IdentityFile ${file('user')}\n  UserKnownHostsFile ${file('known')}\n`,
  )
  // Privileges are separated in an empty folder, by a user of that name.
  mkdirSync('/run/sshd', { recursive: true })
  const users = readFileSync('/etc/passwd', 'utf8')
  const sshd = /^sshd:/m.test(users) ? '' : 'sshd:x:106:65534::/run/sshd:/usr/sbin/nologin\n'
  // A shell that reads no settings of the machine's user: those may take their time, or say something.
  writeFileSync('/etc/passwd', users.replace(/^(root:.*:)[^:\n]*$/m, '$1/bin/sh') + sshd)
  const daemon: Daemon = {
    program: join(root, 'usr/sbin/sshd'),
    args: ['-D', '-e', '-f', file('sshd_config')],
    env: libraries,
    logFile: file('log'),
  }
  const stop = await startDaemon(daemon, () => listens(port))
  return { address: `ssh://root@127.0.0.1:${port}`, stop }
}

/** Whether the machine has a client, which docker starts. */
export const hasSshClient = () => existsSync('/usr/bin/ssh')

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(port, '127.0.0.1')
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

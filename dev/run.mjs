// Runs a TypeScript file of this project: `node dev/run.mjs dev/x.ts args…`.
//
// It needs any Node >= 20 and nothing else: it installs the packages of the lock file where they are
// missing or other ones, then hands over to the Node 24 among them, the runtime that `using: node24`
// names, which strips the types itself. Installed once, it needs no network.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(project, 'node_modules')
const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const args = process.argv.slice(2)
if (args.length === 0) fail('usage: node dev/run.mjs SCRIPT [ARGUMENT…]')

installPackages()
provideNode()
handOver()

/** Brings `node_modules` to what the lock file says; the stamp is written last, so a killed run is not taken for a whole one. */
function installPackages() {
  const lockFile = join(project, 'package-lock.json')
  const stampFile = join(modules, '.ecr-build-push-lock')
  const lock = readFileSync(lockFile, 'utf8')
  const stamp = createHash('sha256').update(lock).digest('hex')
  if (readIfThere(stampFile)?.trim() === stamp) return
  if (!installedByHand(JSON.parse(lock))) {
    console.error('Installing the packages of package-lock.json (npm ci)')
    quietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], project)
  }
  writeFileSync(stampFile, `${stamp}\n`)
}

/** Whether npm's own record of `node_modules` agrees with the lock file: someone has run `npm ci` or `npm install` already. */
function installedByHand(lock) {
  const record = readIfThere(join(modules, '.package-lock.json'))
  if (record === undefined) return false
  const installed = JSON.parse(record).packages ?? {}
  return Object.entries(lock.packages).every(([path, wanted]) => {
    // The root itself, and packages for other platforms, are in the lock file only.
    if (path === '' || (wanted.optional && !installed[path])) return true
    return installed[path]?.version === wanted.version && existsSync(join(project, path))
  })
}

/** The package `node` fetches its binary in an install script, which npm's settings may forbid: then it is run here. */
function provideNode() {
  if (existsSync(node)) return
  const folder = join(modules, 'node')
  if (existsSync(folder)) quietly(process.execPath, ['installArchSpecificPackage.js'], folder)
  if (!existsSync(node)) fail(`${node} is missing: delete node_modules and try again`)
}

function handOver() {
  const path = [dirname(node), join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter)
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH: path } })
  // A terminal sends Ctrl-C to the child as well: passing it on would be a second one.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => fail(`${node}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

/** Runs a command whose output matters only when it fails. */
function quietly(command, argv, cwd) {
  const shell = process.platform === 'win32'
  const result = spawnSync(command, argv, { cwd, encoding: 'utf8', shell, maxBuffer: 1 << 26 })
  if (result.status === 0) return
  fail(
    `${command} ${argv.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}\n${result.stdout ?? ''}${result.stderr ?? ''}`,
  )
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { claimHosts, removeLeftovers } from '../../../../local-ecr/host/hosts.ts'

const before = '127.0.0.1 localhost\n# a comment\n::1 ip6-localhost'
const host = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
let folder: string
let paths: { hosts: string; certs: string }

const claim = () =>
  claimHosts(
    {
      address: '127.0.77.1',
      apiHosts: ['api.ecr.us-east-1.amazonaws.com'],
      registryHosts: [host],
      ca: 'CA',
    },
    paths,
  )

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
  paths = { hosts: join(folder, 'hosts'), certs: join(folder, 'docker', 'certs.d') }
})
afterEach(() => rmSync(folder, { recursive: true }))

test.each([before, `${before}\n`])('everything is as it was when the names are given back', (text) => {
  writeFileSync(paths.hosts, text)
  const release = claim()
  const held = readFileSync(paths.hosts, 'utf8')
  expect(held).toContain(`\n127.0.77.1 ${host} # local-ecr ${process.pid}\n`)
  expect(held).toContain('::1 ip6-localhost')
  expect(readFileSync(join(paths.certs, host, 'ca.crt'), 'utf8')).toBe('CA')
  release()
  expect(readFileSync(paths.hosts, 'utf8')).toBe(text)
  expect(existsSync(paths.certs)).toBe(false)
})

test('what a killed run left is replaced', () => {
  // No process has this number: it is above what Linux gives.
  writeFileSync(paths.hosts, `${before}\n127.0.77.1 old.example # local-ecr 99999999\n`)
  claim()()
  expect(readFileSync(paths.hosts, 'utf8')).toBe(`${before}\n`)
})

test('what a killed run left can be removed, and that of one that is alive stays', () => {
  const alive = `127.0.77.1 api.ecr.us-east-1.amazonaws.com # local-ecr ${process.ppid}`
  writeFileSync(paths.hosts, `${before}\n127.0.77.1 ${host} # local-ecr 99999999\n${alive}\n`)
  mkdirSync(join(paths.certs, host), { recursive: true })
  writeFileSync(join(paths.certs, host, 'ca.crt'), 'CA')
  removeLeftovers(paths)
  expect(readFileSync(paths.hosts, 'utf8')).toBe(`${before}\n${alive}\n`)
  expect(existsSync(join(paths.certs, host))).toBe(false)
})

test('a run that is alive is not disturbed', () => {
  const text = `${before}\n127.0.77.1 ${host} # local-ecr ${process.ppid}\n`
  writeFileSync(paths.hosts, text)
  expect(claim).toThrow(
    `Another local ECR (process ${process.ppid}) uses the host names of ECR on this machine: stop it first (kill ${process.ppid}), or use the localhost mode.`,
  )
  expect(readFileSync(paths.hosts, 'utf8')).toBe(text)
})

test('a line of somebody else is not overruled', () => {
  writeFileSync(paths.hosts, `10.0.0.1 ${host}\n`)
  expect(claim).toThrow(
    `has a line for a host of ECR that no local ECR wrote: '10.0.0.1 ${host}'. Remove it, or use the localhost mode.`,
  )
})

test('if the engine cannot be given the authority, the hosts file stays as it was', () => {
  writeFileSync(paths.hosts, before)
  // A file stands where the folder should be.
  writeFileSync(join(folder, 'docker'), '')
  expect(claim).toThrow(
    /^ECR's host names cannot be set up on this machine: ENOTDIR.* Run as root, or use the localhost mode\.$/,
  )
  expect(readFileSync(paths.hosts, 'utf8')).toBe(before)
})

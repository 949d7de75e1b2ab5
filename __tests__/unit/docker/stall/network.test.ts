import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { carriedByNetwork, sharesNetwork } from '../../../../src/docker/stall/network.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-network-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('all interfaces are counted together', () => {
  const file = path.join(folder, 'dev')
  writeFileSync(
    file,
    `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    1000       6    0    0    0     0          0         0     1000       6    0    0    0     0       0          0
  eth0:12345678      10    0    0    0     0          0         0   654321      10    0    0    0     0       0          0
`,
  )
  expect(carriedByNetwork(file)).toEqual({ received: 12_346_678, sent: 655_321 })
  expect(carriedByNetwork(path.join(folder, 'nowhere'))).toBeNull()
})

test('an engine shares the network if its socket was made in it, under whatever name', async () => {
  const socket = path.join(folder, 'docker.sock')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const link = path.join(folder, 'link')
  symlinkSync(folder, link)
  try {
    expect(await sharesNetwork(socket)).toBe(true)
    expect(await sharesNetwork(path.join(link, 'docker.sock'))).toBe(true)
    // As in a container that the socket was mounted into.
    const elsewhere = path.join(folder, 'unix')
    writeFileSync(elsewhere, 'Num       RefCount Protocol Flags    Type St Inode Path\n')
    expect(await sharesNetwork(socket, elsewhere)).toBe(false)
    expect(await sharesNetwork(path.join(folder, 'other.sock'))).toBe(false)
    expect(await sharesNetwork(null)).toBe(false)
  } finally {
    server.close()
  }
})
